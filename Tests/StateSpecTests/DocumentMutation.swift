import Testing

@testable import StateSpec

/// Something that a person does to a domain on a node, and how it must be told.
struct DocumentMutation: Sendable, CustomTestStringConvertible {
    let name: String
    /// Changes what the node has; what must be told of it, or nil where it cannot be done to this domain.
    let change: @Sendable (_ node: inout DomainElement, _ git: DomainElement) -> [Told]?

    struct Told: Hashable, CustomStringConvertible {
        let path: String
        let driftClass: DriftClass
        var description: String { "\(path) (\(driftClass.rawValue))" }
    }

    var testDescription: String { name }

    init(_ name: String, _ change: @escaping @Sendable (inout DomainElement, DomainElement) -> [Told]?) {
        self.name = name
        self.change = change
    }

    static func told(_ path: String, _ driftClass: DriftClass) -> [Told] { [Told(path: path, driftClass: driftClass)] }

    /// Something is plugged into a domain.
    static func attach(_ xml: String, _ path: String, _ driftClass: DriftClass) -> DocumentMutation {
        DocumentMutation("attach \(xml)") { node, _ in
            guard let device = element(xml) else { return nil }
            node.change("devices") { $0.append(device) }
            return told("devices/\(path)", driftClass)
        }
    }

    static func element(_ xml: String) -> DomainElement? {
        try? DomainDocument(Array("<domain>\(xml)</domain>".utf8)).root.children.first
    }
}

extension DomainElement {
    /// Changes the first device that fits; whether there is one.
    mutating func changeDevice(
        _ fits: (DomainElement) -> Bool, _ change: (inout DomainElement) -> Void
    ) -> DomainElement? {
        var found: DomainElement?
        self.change("devices") { devices in
            devices.mapChildren { device in
                guard found == nil, fits(device) else { return device }
                var device = device
                found = device
                change(&device)
                return device
            }
        }
        return found
    }

    /// Removes the first device that fits; the device, if there is one.
    mutating func removeDevice(_ fits: (DomainElement) -> Bool) -> DomainElement? {
        var found: DomainElement?
        self.change("devices") { devices in
            devices.mapChildren { device in
                guard found == nil, fits(device) else { return device }
                found = device
                return nil
            }
        }
        return found
    }

    var target: String { child("target")?["dev"] ?? "" }
}
