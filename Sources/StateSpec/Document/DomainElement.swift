/// An element of a domain's XML as a value: nothing of libxml2's tree is left in it.
public struct DomainElement: Hashable, Sendable {
    /// `name="value"`, the name as it was spelled, prefix included.
    public struct Attribute: Hashable, Sendable {
        /// The name: `type`.
        public let name: String
        /// The value, references resolved.
        public var value: String
    }

    /// What stands between the tags.
    public enum Content: Hashable, Sendable {
        /// An element.
        case element(DomainElement)
        /// Text that is more than blanks, or any in an element that has no child.
        case text(String)

        var isText: Bool { if case .text = self { true } else { false } }
    }

    /// The name without a prefix: `disk`.
    public let name: String
    /// The namespace's URI; nil for libvirt's own elements.
    public let namespace: String?
    /// The prefix that stood for the namespace.
    public let prefix: String?
    /// In the order of the text.
    public var attributes: [Attribute]
    /// In the order of the text, comments left out.
    public var content: [Content]
    /// The line of the start tag, from 1; nil for what was in no text. libxml2 counts to 65,535.
    public let line: Int?

    init(
        _ name: String, namespace: String? = nil, prefix: String? = nil, attributes: [Attribute] = [],
        content: [Content] = [], line: Int? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.prefix = prefix
        self.attributes = attributes
        self.content = content
        self.line = line
    }

    /// The elements right inside.
    public var children: [DomainElement] {
        content.compactMap { content in
            if case .element(let child) = content { child } else { nil }
        }
    }

    /// The text right inside, without blanks around it.
    public var text: String {
        var text = ""
        for case .text(let part) in content { text += part }
        return String(Blanks.trim(text))
    }

    /// The value of an attribute; nil where it is missing.
    public subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }

    /// The first child of libvirt's own with this name.
    public func child(_ name: String) -> DomainElement? {
        for case .element(let child) in content where child.name == name && child.namespace == nil { return child }
        return nil
    }

    /// The first element at the end of these names, from child to child.
    func find(_ names: String...) -> DomainElement? {
        names.reduce(Optional(self)) { element, name in element?.child(name) }
    }

    // MARK: - Changes

    /// Sets an attribute in its place, or behind the others; nil removes it.
    mutating func set(_ name: String, _ value: String?) {
        guard let value else { return attributes.removeAll { $0.name == name } }
        if let index = attributes.firstIndex(where: { $0.name == name }) {
            attributes[index].value = value
        } else {
            attributes.append(Attribute(name: name, value: value))
        }
    }

    /// Replaces all that stands inside by text.
    mutating func set(text: String) { content = [.text(text)] }

    /// Puts `change`'s result in each child's place; nil removes the child.
    mutating func mapChildren(_ change: (DomainElement) -> DomainElement?) {
        content = content.compactMap { content in
            guard case .element(let child) = content else { return content }
            return change(child).map(Content.element)
        }
    }

    /// Changes the first child with this name, where there is one.
    mutating func change(_ name: String, _ change: (inout DomainElement) -> Void) {
        for index in content.indices {
            guard case .element(var child) = content[index], child.name == name, child.namespace == nil else {
                continue
            }
            change(&child)
            content[index] = .element(child)
            return
        }
    }

    /// Removes all children with this name.
    mutating func remove(_ name: String) {
        mapChildren { $0.name == name && $0.namespace == nil ? nil : $0 }
    }

    /// Puts a child behind the last one of this name, or last.
    mutating func insert(_ child: DomainElement, behind name: String) {
        let last = content.lastIndex { if case .element(let other) = $0 { other.name == name } else { false } }
        content.insert(.element(child), at: last.map { $0 + 1 } ?? content.count)
    }

    mutating func append(_ child: DomainElement) { content.append(.element(child)) }
}
