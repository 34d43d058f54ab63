import CLibyaml

/// The events of one YAML text. Owns libyaml's parser, which points into itself and so must not move.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeBufferPointer<UInt8>

    /// Nil when libyaml gets no memory. `text` must outlive the events.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        self.text = text
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
        // Without this a text that begins with FF FE would be taken for UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// Calls `body` with the next event, which lives only that long.
    borrowing func next<T>(_ body: (borrowing yaml_event_t) throws(YAMLProblem) -> T) throws(YAMLProblem) -> T {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        return try body(event)
    }

    private borrowing func failure() -> YAMLProblem {
        let said = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
        if parser.pointee.error == YAML_READER_ERROR {
            let mark = mark(at: parser.pointee.problem_offset)
            if said.hasPrefix("control") {
                return YAMLProblem("control-character", mark, "a control character stands in the text")
            }
            return YAMLProblem(
                "invalid-utf-8", mark, "this is not UTF-8 text", hint: "save the file with the encoding UTF-8")
        }
        let mark = parser.pointee.problem_mark
        var message = said
        if let context = parser.pointee.context {
            message += " \(String(cString: context)) that began in line \(parser.pointee.context_mark.line + 1)"
        }
        if offset(of: mark).map({ $0 < text.count && text[$0] == 0x09 }) == true {
            return YAMLProblem("tab", YAMLMark(mark), "a tab indents this line", hint: "indent with blanks")
        }
        return YAMLProblem("yaml-syntax", YAMLMark(mark), message)
    }

    /// libyaml gives no line for what its reader refuses, only a byte offset.
    private borrowing func mark(at offset: Int) -> YAMLMark {
        var line = 1
        var column = 1
        for byte in text.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return YAMLMark(line: line, column: column)
    }

    /// The byte at a mark, whose index counts characters.
    private borrowing func offset(of mark: yaml_mark_t) -> Int? {
        var characters = -1
        return text.firstIndex { byte in
            if byte & 0xC0 != 0x80 { characters += 1 }
            return characters == mark.index
        }
    }
}

extension YAMLMark {
    /// libyaml counts from 0.
    init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}
