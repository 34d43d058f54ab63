extension Seconds {
    /// Reads a span as people write it in specs and on the command line: "90s", "1h30m"; nil for anything else.
    public init?(parsing text: String) {
        guard let span = FindingCollector.span(text) else { return nil }
        self = span
    }
}
