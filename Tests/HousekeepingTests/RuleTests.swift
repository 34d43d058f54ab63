import Testing

/// Each rule on a sample that breaks it: a check that cannot fail checks nothing.
struct RuleTests {
    private func file(_ text: String, _ path: String = "Sources/StateSpec/Sample.swift") -> RepositoryFile {
        RepositoryFile(path: path, text: text)
    }

    @Test(arguments: PureCore.banned)
    func anImpureWordIsSeen(_ word: String) {
        #expect(PureCore.violations(in: file("let x = a\n    \(word)\n")).count == 1)
        #expect(PureCore.violations(in: file("// \(word)\nlet x = \"\(word)\" /* \(word) */\n")) == [])
    }

    @Test func anInnocentWordIsLeftAlone() {
        #expect(PureCore.violations(in: file("let x = RunningProcess(y, upDate(), Update())")) == [])
    }

    @Test func codeInsideAStringIsCode() {
        #expect(PureCore.violations(in: file(#"let x = "at \(Date()) \\(FileManager)""#)).count == 1)
        #expect(PureCore.violations(in: file("let x = #\"\\(Date()) \" \"# + \"\"\"\n \" Date() \\\"\n\"\"\"\n")) == [])
        #expect(PureCore.violations(in: file("/* a /* b */ Date() */\nlet x = \"\\\"\" // \"\nDate()")).count == 1)
    }

    @Test(arguments: [
        "import Reconciler", "public import Store", "internal import struct NodeDriver.Wait", "import Foundation",
        "@testable import Reconciler", "@preconcurrency internal import Subprocess",
    ])
    func anImportThatPointsUpIsSeen(_ line: String) {
        #expect(ImportFloors.violations(in: file("\(line)\n")).count == 1)
        #expect(
            ImportFloors.violations(in: file("// \(line)\ninternal import CLibyaml\nimport Synchronization\n")) == [])
    }

    @Test func aTargetMustBeInTheTable() {
        #expect(ImportFloors.violations(in: file("", "Sources/Junk/Utility.swift")).count == 1)
    }

    @Test(arguments: Wording.banned + Wording.notes + Wording.unchecked)
    func aBannedWordIsSeen(_ word: String) {
        #expect(Wording.violations(in: file("let x = y\nlet z = \(word) w\n")).count == 1)
    }

    @Test(arguments: Wording.unchecked)
    func aReasonAboveIsEnough(_ word: String) {
        #expect(Wording.violations(in: file("    // It is only read.\n    \(word) let x = 1\n")) == [])
        #expect(Wording.violations(in: file("// It is only read.\n\n\(word) let x = 1\n")).count == 1)
    }

    @Test func aTestWithoutExpectationIsSeen() {
        let text = """
            struct T {
                @Test func empty() { run() }
                @Test(arguments: [{ 1 }]) func comment(_ x: () -> Int) { /* #expect(x) */ let y = "#expect(x)" }
                @Test func own() throws { try #require(true) }
                @Test
                func byHelper() { outer() }
                private func outer() { inner() }
                private func inner() { if true { #expect(1 == 1) } }
                func run() { print(1) }
            }
            """
        let found = Expectations.violations(in: [file(text, "Tests/T/T.swift")])
        #expect(
            found == [
                "Tests/T/T.swift:2: empty() expects nothing", "Tests/T/T.swift:3: comment() expects nothing",
            ])
    }

    @Test func aLongFileIsSeen() {
        let lines = String(repeating: "x\n", count: Shape.linesMax)
        #expect(Shape.tooLong(file(lines)) == [])
        #expect(Shape.tooLong(file(lines + "x\n")).count == 1)
        #expect(Shape.tooLong(file(lines + "x")).count == 1)
    }

    @Test func blanksAtTheEndAndTabsAreSeen() {
        #expect(Shape.blanks(file("let x \n\tlet y\nlet z\t\n    let w\n")).count == 3)
        #expect(Shape.blanks(file("a \n", "Tests/X/Captures/a.txt")) == [])
    }

    @Test func aMissingREADMEIsSeen() {
        let paths = ["Sources/A/a.swift", "Sources/B/b.swift", "Sources/B/README.md", "Sources/C/module.modulemap"]
        #expect(Shape.withoutREADME(paths) == ["Sources/A has no README.md"])
    }
}
