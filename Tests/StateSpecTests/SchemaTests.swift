import FoundationEssentials
import Testing

@testable import StateSpec

/// The JSON Schemas for editors know just the keys that the decoders know.
@Suite struct SchemaTests {
    indirect enum JSON: Decodable {
        case object([String: JSON])
        case array([JSON])
        case other

        init(from decoder: any Decoder) throws {
            if let object = try? [String: JSON](from: decoder) {
                self = .object(object)
            } else if let array = try? [JSON](from: decoder) {
                self = .array(array)
            } else {
                self = .other
            }
        }

        subscript(key: String) -> JSON? { if case .object(let object) = self { object[key] } else { nil } }

        var keys: Set<String> { if case .object(let object) = self { Set(object.keys) } else { [] } }

        /// The keys of the first object that is found in here, alternatives and items included.
        var innerKeys: Set<String> {
            switch self {
            case .object(let object):
                if let properties = object["properties"] { return properties.keys }
                for key in ["oneOf", "items"] {
                    if let keys = object[key]?.innerKeys, !keys.isEmpty { return keys }
                }
                return []
            case .array(let items): return items.lazy.map(\.innerKeys).first { !$0.isEmpty } ?? []
            case .other: return []
            }
        }
    }

    private func properties(_ name: String) throws -> JSON {
        let data = try Sample.data("\(name).schema.json", from: "../../schemas")
        return try #require(try JSONDecoder().decode(JSON.self, from: data)["properties"])
    }

    static let kinds: [(String, [String], [String: [String]])] = [
        (
            "cluster", ClusterDecoder.keys,
            [
                "budgets": ClusterDecoder.budgetKeys, "concurrency": ClusterDecoder.concurrencyKeys,
                "timeouts": ClusterDecoder.timeoutKeys, "balance": ClusterDecoder.balanceKeys,
            ]
        ),
        ("node", NodeDecoder.keys, ["maintenance": Pause.keys, "fenced": NodeDecoder.fencedKeys]),
        (
            "domain", DomainWishDecoder.keys,
            [
                "shutdown": DomainWishDecoder.shutdownKeys, "apart": DomainWishDecoder.groupKeys,
                "together": DomainWishDecoder.groupKeys, "hold": Pause.keys,
            ]
        ),
        ("iscsi", ISCSIDecoder.keys, ["targets": ISCSIDecoder.targetKeys, "chap": ISCSIDecoder.chapKeys]),
    ]

    @Test(arguments: kinds) func sameKeys(name: String, keys: [String], nested: [String: [String]]) throws {
        let properties = try properties(name)
        #expect(properties.keys == Set(keys))
        for key in keys {
            #expect(properties[key]?.innerKeys == Set(nested[key] ?? []), "\(key)")
        }
    }

    /// Reading a key that is not declared stops a debug build, so a full file per kind proves the other direction.
    @Test func lunKeys() throws {
        let targets = try #require(try properties("iscsi")["targets"])
        guard case .array(let outer) = targets["oneOf"], case .array(let inner) = outer.first?["oneOf"] else {
            Issue.record("targets has alternatives")
            return
        }
        #expect(inner.last?["properties"]?["luns"]?.innerKeys == Set(ISCSIDecoder.lunKeys))
    }
}
