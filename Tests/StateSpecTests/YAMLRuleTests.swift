import StateSpec
import Testing

@Suite struct YAMLRuleTests {
    private let text = bytes(
        """
        # a domain
        run: keepalive   # always
        apart:
          - web
          - {group: rack, soft: true}
        nodes: [alpha, beta]

        """)

    @Test func isFoundByLineAndByKey() {
        let apart = YAMLRule.at(line: 3, in: text)
        #expect(apart?.key == "apart")
        #expect(apart?.bytes == bytes("apart:\n  - web\n  - {group: rack, soft: true}"))
        #expect(YAMLRule.of("apart", in: text) == apart)
        #expect(YAMLRule.at(line: 2, in: text)?.bytes == bytes("run: keepalive"))
    }

    @Test(arguments: [0, 1, 4, 5, 7, 1_000]) func isNotWhereNoKeyStands(line: Int) {
        #expect(YAMLRule.at(line: line, in: text) == nil)
    }

    @Test(arguments: ["", "[", "- a\n", "a: &x 1\n", "{", "\u{0}", "just text\n"])
    func isNothingOfWhatCannotBeRead(text: String) {
        #expect(YAMLRule.of("a", in: bytes(text)) == nil)
        #expect(YAMLRule.at(line: 1, in: bytes(text)) == nil)
    }
}
