import FoundationEssentials
import StateSpec

/// JSON the way havirt writes it: keys in order, slashes bare, ending in a newline.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return escaped(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
    }

    /// With JSON's own escapes for what a terminal would obey. The encoder has none for characters beyond ASCII, and one
    /// that is not escaped can stand in a string only.
    private static func escaped(_ json: String) -> String {
        if json.utf8.allSatisfy({ $0 < 0x7F }) { return json }
        var text = ""
        for scalar in json.unicodeScalars {
            guard scalar != "\n", Escaped.isObeyed(scalar) else {
                text.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(Character(scalar)).utf16 {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }

    /// Reads a file that havirt wrote; it may have been edited, and may be anything.
    ///
    /// - Parameter writer: the command that writes such files, for the error.
    static func decode<Value: Decodable>(
        _ type: Value.Type, file: String, bytesMax: Int, writer: String
    ) throws -> Value {
        let bytes = try FileBytes.read(file, bytesMax: bytesMax)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw Failure("\(Escaped(file).bare) is not what \(writer) writes: \(Self.words(error))")
        }
    }

    /// Where in the file it went wrong, in words.
    private static func words(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        let (path, what): ([any CodingKey], String) =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context.codingPath, context.debugDescription)
            case .keyNotFound(let key, let context): (context.codingPath, "the key \(key.stringValue) is missing")
            @unknown default: ([], "\(error)")
            }
        let place = Escaped(path.map(\.stringValue).joined(separator: "."), charactersMax: 300).bare
        let shown = Escaped.shown(what)
        return place.isEmpty ? shown : "\(place): \(shown)"
    }
}

/// What went wrong, in one or more lines, with what to do next.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
