import StateSpec
import Testing

/// Files as people leave them: an edit changes the one line, or is refused with a reason; nothing else moves by a byte.
@Suite struct YAMLEditorUglyTests {
    /// A file, and what becomes of it when `run: manual` is set.
    struct Ugly: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        /// The line that goes, with its end; empty where one is added.
        let old: String
        /// The line that comes.
        let new: String

        init(_ title: String, _ text: String, _ old: String, _ new: String) {
            testDescription = title
            self.text = text
            self.old = old
            self.new = new
        }
    }

    static let edited = [
        Ugly("indented as a whole", "   run: keepalive\n   nodes: [a]\n", "   run: keepalive\n", "   run: manual\n"),
        Ugly("odd depths below", "nodes:\n-    a\n-    b\nrun: keepalive\n", "run: keepalive\n", "run: manual\n"),
        Ugly(
            "four blanks below, a comment at the margin", "shutdown:\n    timeout: 2m\n# why\nrun: keepalive\n",
            "run: keepalive\n", "run: manual\n"),
        Ugly("flow beside it", "nodes: [ a,b ,\n  c ]  # d\nrun: keepalive\n", "run: keepalive\n", "run: manual\n"),
        Ugly("double quotes", "run: \"keepalive\"   # q\n", "run: \"keepalive\"   # q\n", "run: \"manual\"   # q\n"),
        Ugly("single quotes", "run: 'keepalive'\nprefer: 'a'\n", "run: 'keepalive'\n", "run: 'manual'\n"),
        Ugly("a quoted key", "\"run\": keepalive\nprefer: a\n", "\"run\": keepalive\n", "\"run\": manual\n"),
        Ugly("quotes that hold a comment", "prefer: \"a # b\"\nrun: stopped\n", "run: stopped\n", "run: manual\n"),
        Ugly("blanks before the colon", "run  :   keepalive\n", "run  :   keepalive\n", "run  :   manual\n"),
        Ugly("blanks behind the value", "run: keepalive   \nprefer: a\n", "run: keepalive   \n", "run: manual   \n"),
        Ugly("a tab before the comment", "run: keepalive\t# x\n", "run: keepalive\t# x\n", "run: manual\t# x\n"),
        Ugly("a tab before the value", "run:\tkeepalive\n", "run:\tkeepalive\n", "run:\tmanual\n"),
        Ugly("CRLF", "a: 1\r\nrun: stopped # x\r\nb: 2\r\n", "run: stopped # x\r\n", "run: manual # x\r\n"),
        Ugly("CRLF, added", "a: 1\r\nb: 2 # x\r\n", "", "run: manual\r\n"),
        Ugly("CRLF but for the last line", "a: 1\r\nrun: stopped", "run: stopped", "run: manual"),
        Ugly("no end of the last line", "a: 1\nrun: stopped # x", "run: stopped # x", "run: manual # x"),
        Ugly("an empty file", "", "", "run: manual\n"),
        Ugly("an empty line", "\n", "", "run: manual\n"),
        Ugly("nothing but comments", "# one\n\n  # two\n", "", "run: manual\n"),
        Ugly("a start and no value", "---\n", "", "run: manual\n"),
        Ugly("a byte order mark", "\u{FEFF}run: stopped\n", "\u{FEFF}run: stopped\n", "\u{FEFF}run: manual\n"),
        Ugly("document markers", "---\nrun: stopped\n...\n", "run: stopped\n", "run: manual\n"),
        Ugly("document markers, added", "--- # head\na: 1\n...\n# end\n", "", "run: manual\n"),
        Ugly("other scripts", "# 日本 e\u{301} 🐈\nrun: stopped # ß\na: ö\n", "run: stopped # ß\n", "run: manual # ß\n"),
        Ugly(
            "a blank of another kind", "# a\u{A0}b\nrun: stopped # \u{A0}\n", "run: stopped # \u{A0}\n",
            "run: manual # \u{A0}\n"),
        Ugly(
            "a folded text above", "reason: >\n  a: 1\n\n  # no comment\nrun: stopped\n", "run: stopped\n",
            "run: manual\n"),
        Ugly(
            "a text that looks like the key", "reason: |\n  run: keepalive\nrun: stopped\n", "run: stopped\n",
            "run: manual\n"),
        Ugly("the same key deeper", "hold:\n  run: 1\nrun: stopped\n", "run: stopped\n", "run: manual\n"),
        Ugly("the value on the next line", "run:\n  stopped\nprefer: a\n", "  stopped\n", "  manual\n"),
        Ugly("a comment before the value", "run: # why\n  stopped\n", "  stopped\n", "  manual\n"),
        Ugly("a long value", "run:\n  stop\n  ped # x\nb: 1\n", "  stop\n  ped # x\n", "  manual # x\n"),
        Ugly("a text as the value", "run: |\n  stopped\nb: 1\n", "run: |\n  stopped\n", "run: manual\n"),
        Ugly("no value at all", "run:\nprefer: a\n", "run:\n", "run: manual\n"),
        Ugly("no value but a comment", "run: # later\nprefer: a\n", "run: # later\n", "run: manual # later\n"),
        Ugly("comments stuck to a value", "run: stopped#1 #2\n", "run: stopped#1 #2\n", "run: manual #2\n"),
        Ugly("a comment below the last key", "a: 1\n  # of a\n", "", "run: manual\n"),
        Ugly("an explicit key", "? run\n: stopped\nb: 1\n", ": stopped\n", ": manual\n"),
        Ugly("many blank lines", "a: 1\n\n\n\nrun: stopped\n\n\n", "run: stopped\n", "run: manual\n"),
    ]

    @Test(arguments: edited) func oneLineChanges(file: Ugly) throws {
        let text = Array(file.text.utf8)
        let new = try YAMLEditor.set("run", to: .string("manual"), in: text)
        // Found by what both have in common, so that nothing can move unseen.
        var start = 0
        while start < min(text.count, new.count), text[start] == new[start] { start += 1 }
        let prefixes = [Int](0...start).filter { index in
            let end = text.count - index - file.old.utf8.count
            return end >= 0 && text[index...].starts(with: file.old.utf8) && new[index...].starts(with: file.new.utf8)
                && text[(index + file.old.utf8.count)...].elementsEqual(
                    new[min(new.count, index + file.new.utf8.count)...])
        }
        let isLine = prefixes.contains { index in
            index == 0 || text[index - 1] == 0x0A || file.old.utf8.starts(with: [0xEF])
        }
        #expect(isLine, "\(String(decoding: new, as: UTF8.self).debugDescription)")
        #expect(try YAMLReader.parse(new)["run"]?.text == "manual")
    }

    static let refused: [(text: String, why: String)] = [
        ("{run: stopped, prefer: a}\n", "cannot be changed alone"),
        ("{\n  run: stopped\n}\n", "cannot be changed alone"),
        ("\trun: stopped\n", "cannot be read"), ("a:\n\tb: 1\n", "cannot be read"),
        ("run: stopped\nrun: manual\n", "cannot be read"), ("run: &x stopped\nprefer: *x\n", "cannot be read"),
        ("<<: {run: stopped}\n", "cannot be read"), ("run: !!str stopped\n", "cannot be read"),
        ("run: stopped\n---\nrun: manual\n", "cannot be read"), ("run: 'stopped\n", "cannot be read"),
        ("run: stopped\n prefer: a\n", "cannot be read"), ("- run\n", "holds no keys"),
        ("%YAML 1.1\n---\nrun: stopped\n", "cannot be read"), ("ä: 1\nrun: stopped\n", "cannot be read"),
        ("run\n", "holds no keys"),
        ("run: st\u{0}opped\n", "cannot be read"), ("run: \u{1B}[2J\n", "cannot be read"),
    ]

    @Test(arguments: refused) func whatCannotBeChangedAloneIsRefused(text: String, why: String) {
        let error = #expect(throws: YAMLEditError.self) {
            try YAMLEditor.set("run", to: .string("manual"), in: Array(text.utf8))
        }
        #expect(error?.description.contains(why) == true, "\(error.map(String.init(describing:)) ?? "edited")")
    }

    @Test func aListInPlaceOfAWordLosesNoComment() throws {
        let list = YAMLValue.sequence([.string("a")])
        #expect(throws: YAMLEditError.layout("nodes")) {
            try YAMLEditor.set("nodes", to: list, in: Array("nodes: # all\n  a\n".utf8))
        }
        #expect(
            try YAMLEditor.set("nodes", to: list, in: Array("b: 1\nnodes: 'a' # all\n".utf8))
                == Array("b: 1\nnodes: [a] # all\n".utf8))
    }

    static let appended: [(text: String, new: String)] = [
        ("nodes: [a, b] # x\nb: 1\n", "nodes: [a, b, c] # x\nb: 1\n"),
        ("nodes: [ 'a' , \"b\" ]", "nodes: [ 'a' , \"b\", c ]"),
        ("nodes: [a, # of a\n  b # of b\n  ]\n", "nodes: [a, # of a\n  b, c # of b\n  ]\n"),
        ("nodes: [a, b,]\n", "nodes: [a, b, c,]\n"),
        ("nodes:\n- a\n- b # x\n\n# of d\nd: 1\n", "nodes:\n- a\n- b # x\n- c\n\n# of d\nd: 1\n"),
        ("nodes:\n    -   a\n    -   'b'\nd: 1", "nodes:\n    -   a\n    -   'b'\n    -   c\nd: 1"),
        ("nodes:\r\n  - a\r\n  - b", "nodes:\r\n  - a\r\n  - b\r\n  - c\r\n"),
        ("d: 1\n", "d: 1\nnodes: [a, b, c]\n"),
    ]

    @Test(arguments: appended) func aListGetsAWordMoreAsItIsWritten(text: String, new: String) throws {
        let edited = try YAMLEditor.append(["a", "b", "c"], to: "nodes", in: Array(text.utf8))
        #expect(edited.elementsEqual(new.utf8), "\(String(decoding: edited, as: UTF8.self).debugDescription)")
    }

    @Test func bytesThatAreNoTextAreRefused() {
        let text = Array("run: stopped # ".utf8) + [0xFF, 0xFE, 0x0A]
        #expect(throws: YAMLEditError.self) { try YAMLEditor.set("run", to: .string("manual"), in: text) }
        #expect(throws: YAMLEditError.self) { try YAMLEditor.remove("run", from: text) }
    }

    static let removed: [(text: String, gone: String)] = [
        ("a: 1\r\nrun: stopped # x\r\nb: 2\r\n", "run: stopped # x\r\n"),
        ("   run: stopped\n   nodes: [a]\n", "   run: stopped\n"),
        ("---\nrun: stopped\nb: 2\n...\n", "run: stopped\n"),
        ("# of run\nrun: stopped\n# of b\nb: 2", "run: stopped\n"),
        ("run:\n    a: 1\n\n    b: 2 # x\n# of c\nc: 3\n", "run:\n    a: 1\n\n    b: 2 # x\n"),
        ("a: é\n\"run\": 'x' # ü\nb: 2\n", "\"run\": 'x' # ü\n"),
        ("run: |\n  run: 1\n\n\nb: 2\n", "run: |\n  run: 1\n\n\n"),
        ("a: 1\nrun: [x,\n y]", "run: [x,\n y]"),
    ]

    @Test(arguments: removed) func aKeyGoesWithItsLinesAlone(text: String, gone: String) throws {
        let new = String(decoding: try YAMLEditor.remove("run", from: Array(text.utf8)), as: UTF8.self)
        let wanted = text.replacing(gone, with: "")
        #expect(new.utf8.elementsEqual(wanted.utf8), "\(new.debugDescription)")
    }
}
