import CLibyaml

/// Writes a value as readable YAML: block style, two blanks of indentation, one document.
public enum YAMLWriter {
    /// Why a value cannot be written.
    public struct Failure: Error, CustomStringConvertible, Sendable {
        /// What libyaml, or the check before it, says.
        public let description: String
    }

    /// The text of `value`, with a line end at its end.
    public static func write(_ value: YAMLValue) throws(Failure) -> [UInt8] {
        var emission = try Emission()
        try emission.document(value, isNestedInFlow: false)
        return emission.bytes
    }

    /// A key with its value on one line, lists and mappings in brackets and braces, with a line end at its end.
    static func line(_ field: YAMLField) throws(Failure) -> [UInt8] {
        var emission = try Emission()
        try emission.document(.mapping([field]), isNestedInFlow: true)
        return emission.bytes
    }
}

/// One run of libyaml's emitter, which points into itself and so must not move.
private struct Emission: ~Copyable {
    private let emitter: UnsafeMutablePointer<yaml_emitter_t>
    private let output: UnsafeMutablePointer<[UInt8]>

    var bytes: [UInt8] { output.pointee }

    init() throws(YAMLWriter.Failure) {
        emitter = .allocate(capacity: 1)
        output = .allocate(capacity: 1)
        output.initialize(to: [])
        guard yaml_emitter_initialize(emitter) == 1 else {
            emitter.initialize(to: yaml_emitter_t())
            throw YAMLWriter.Failure(description: "libyaml has no memory left")
        }
        yaml_emitter_set_encoding(emitter, YAML_UTF8_ENCODING)
        yaml_emitter_set_unicode(emitter, 1)
        yaml_emitter_set_indent(emitter, 2)
        // No folding: a long line stays one line, so that a diff of records shows what changed.
        yaml_emitter_set_width(emitter, -1)
        yaml_emitter_set_output(
            emitter,
            { context, bytes, count in
                guard let context, let bytes else { return 0 }
                let output = context.assumingMemoryBound(to: [UInt8].self)
                output.pointee.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                return 1
            }, output)
    }

    deinit {
        yaml_emitter_delete(emitter)
        emitter.deallocate()
        output.deinitialize(count: 1)
        output.deallocate()
    }

    mutating func document(_ value: YAMLValue, isNestedInFlow: Bool) throws(YAMLWriter.Failure) {
        try emit { yaml_stream_start_event_initialize(&$0, YAML_UTF8_ENCODING) }
        try emit { yaml_document_start_event_initialize(&$0, nil, nil, nil, 1) }
        try self.value(value, isFlow: false, isNestedInFlow: isNestedInFlow)
        try emit { yaml_document_end_event_initialize(&$0, 1) }
        try emit { yaml_stream_end_event_initialize(&$0) }
    }

    private mutating func value(
        _ value: YAMLValue, isFlow: Bool, isNestedInFlow: Bool
    ) throws(YAMLWriter.Failure) {
        switch value {
        case .string(let text): try scalar(text, isPlain: !YAMLScalar.needsQuotes(text))
        case .integer(let number): try scalar("\(number)", isPlain: true)
        case .bool(let flag): try scalar(flag ? "true" : "false", isPlain: true)
        case .number(let number):
            guard number.isFinite else {
                throw YAMLWriter.Failure(description: "\(number) is no number that a record may hold")
            }
            try scalar(Self.decimal(number), isPlain: true)
        case .sequence(let items):
            let style = items.isEmpty || isFlow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
            try emit { yaml_sequence_start_event_initialize(&$0, nil, nil, 1, style) }
            for item in items { try self.value(item, isFlow: isNestedInFlow, isNestedInFlow: isNestedInFlow) }
            try emit { yaml_sequence_end_event_initialize(&$0) }
        case .mapping(let fields):
            let style = fields.isEmpty || isFlow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE
            try emit { yaml_mapping_start_event_initialize(&$0, nil, nil, 1, style) }
            for field in fields {
                try scalar(field.key, isPlain: !YAMLScalar.needsQuotes(field.key))
                try self.value(field.value, isFlow: isNestedInFlow, isNestedInFlow: isNestedInFlow)
            }
            try emit { yaml_mapping_end_event_initialize(&$0) }
        }
    }

    private mutating func scalar(_ text: String, isPlain: Bool) throws(YAMLWriter.Failure) {
        let style = isPlain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE
        var text = text
        try emit { event in
            text.withUTF8 { utf8 in
                yaml_scalar_event_initialize(&event, nil, nil, utf8.baseAddress, Int32(utf8.count), 1, 1, style)
            }
        }
    }

    private mutating func emit(_ initialise: (inout yaml_event_t) -> Int32) throws(YAMLWriter.Failure) {
        var event = yaml_event_t()
        // The emitter owns the event from here on, whether it takes it or not.
        guard initialise(&event) == 1, yaml_emitter_emit(emitter, &event) == 1 else {
            let said = emitter.pointee.problem.map { String(cString: $0) } ?? "no memory left"
            throw YAMLWriter.Failure(description: "libyaml: \(said)")
        }
    }

    /// Without an exponent, which the reader of numbers does not take. Swift writes one only for numbers so small or
    /// so large that no record means them.
    private static func decimal(_ number: Double) -> String {
        let text = "\(number)"
        if !text.utf8.contains(0x65) { return text }
        if number.magnitude < 1 { return "0.0" }
        return number < 0 ? "\(Int64.min)" : "\(Int64.max)"
    }
}
