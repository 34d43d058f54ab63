extension DomainDocument {
    /// What a node's XML says otherwise than this one of git, in git's order; what only the node has comes behind.
    ///
    /// The rule: what git says the node must have, compared by meaning. What only the node has is told unless libvirt
    /// puts it there by itself.
    public func differences(from node: DomainDocument, _ form: DocumentForm) -> [DocumentDifference] {
        let (git, node) = (canonical, node.canonical)
        var comparison = DocumentComparison(form: form)
        comparison.compare(git, node, at: ElementPath())
        // Who changes the memory changes both.
        let isOne = CanonicalForm.hasAllItsMemory(git) && CanonicalForm.hasAllItsMemory(node)
        return comparison.differences.filter { !isOne || $0.kind != "currentMemory" }
    }

    /// This XML of git as a node has it: with all that is told applied, and nothing of what libvirt made by itself.
    func asSeen(on node: DomainDocument, _ form: DocumentForm) -> DomainElement {
        var comparison = DocumentComparison(form: form)
        return comparison.compare(canonical, node.canonical, at: ElementPath())
    }
}

/// Where an element stands: by names, and as people read it.
struct ElementPath {
    var names: [String] = []
    var shown: [String] = []
    var device = DevicePair.none

    /// The path of names; `domain` for the root.
    var kind: String { names.isEmpty ? "domain" : names.joined(separator: "/") }
    var parent: String { names.last ?? "domain" }

    func into(_ element: DomainElement) -> ElementPath {
        var path = self
        let name = element.prefix.map { "\($0):\(element.name)" } ?? element.name
        let key = DeviceIdentity.shown(element, in: parent)
        path.names.append(element.name)
        path.shown.append(key.map { "\(name)[\(Escaped($0, charactersMax: 60).bare)]" } ?? name)
        return path
    }
}

/// Compares two canonical trees, git's and a node's.
struct DocumentComparison {
    let form: DocumentForm
    private(set) var differences: [DocumentDifference] = []

    init(form: DocumentForm) { self.form = form }

    /// Compares, and gives git's element with all that is told of the node applied to it.
    @discardableResult
    mutating func compare(_ wished: DomainElement, _ actual: DomainElement, at path: ElementPath) -> DomainElement {
        let before = differences.count
        var applied = wished
        compareAttributes(wished, actual, at: path, &applied)
        if isText(wished, actual, at: path) {
            applied.content = actual.content.filter { if case .text = $0 { true } else { false } }
        } else {
            applied.content = wished.content.filter { if case .text = $0 { true } else { false } }
        }
        for pair in ElementPairs.match(wished, actual, in: path.parent) {
            switch pair {
            case .both(let wished, let actual): applied.append(comparePair(wished, actual, at: path))
            case .wished(let child): if !missing(child, at: path) { applied.append(child) }
            case .actual(let child): if added(child, in: wished, at: path) { applied.insert(child, behind: child.name) }
            }
        }
        return differences.count == before ? wished : applied
    }

    private mutating func comparePair(
        _ wished: DomainElement, _ actual: DomainElement, at path: ElementPath
    ) -> DomainElement {
        var inner = path.into(wished)
        if path.names == ["devices"] { inner.device = DevicePair(git: wished, node: actual) }
        guard form == .live, inner.kind == "cpu" else { return compare(wished, actual, at: inner) }
        let before = differences.count
        let applied = compare(LiveCPU.wished(wished), LiveCPU.actual(actual, wished), at: inner)
        return differences.count == before ? wished : applied
    }

    private mutating func compareAttributes(
        _ wished: DomainElement, _ actual: DomainElement, at path: ElementPath, _ applied: inout DomainElement
    ) {
        for attribute in wished.attributes {
            let name = "\(path.kind)@\(attribute.name)"
            let value = actual[attribute.name]
            if let value, DocumentMeaning.isSame(attribute.value, value, at: name) { continue }
            if value == nil, Dropped.isDropped(attribute: name, value: attribute.value, form) { continue }
            applied.set(attribute.name, value)
            tell(.value(git: attribute.value, node: value), attribute.name, line: wished.line, at: path)
        }
        for attribute in actual.attributes where wished[attribute.name] == nil {
            if LibvirtOwn.isOwn(attribute: attribute.name, of: actual, at: path.kind, in: wished, form) { continue }
            applied.set(attribute.name, attribute.value)
            tell(.value(git: nil, node: attribute.value), attribute.name, line: wished.line, at: path)
        }
    }

    /// Whether the texts differ, which is told.
    private mutating func isText(_ wished: DomainElement, _ actual: DomainElement, at path: ElementPath) -> Bool {
        let (left, right) = (wished.text, actual.text)
        if left == right || DocumentMeaning.isSame(left, right, at: path.kind) { return false }
        if left.isEmpty, Dropped.isGenerated(text: path.kind) { return false }
        if isRounded(left, right, at: path.kind) { return false }
        tell(
            .value(git: left.isEmpty ? nil : left, node: right.isEmpty ? nil : right), nil, line: wished.line, at: path)
        return true
    }

    /// libvirt rounds memory up to whole MiB when it starts a domain.
    private func isRounded(_ wished: String, _ actual: String, at kind: String) -> Bool {
        guard ["memory", "currentMemory"].contains(kind), let wished = UInt64(wished), let actual = UInt64(actual)
        else { return false }
        return wished < actual && actual - wished < 1024 && actual % 1024 == 0
    }

    /// Whether that the node does not have it is told.
    private mutating func missing(_ child: DomainElement, at path: ElementPath) -> Bool {
        var inner = path.into(child)
        if Dropped.isDropped(child, at: inner.kind, form) { return false }
        if path.names == ["devices"] { inner.device = DevicePair(git: child, node: nil) }
        add(.missing(child), kind: inner.kind, shown: inner.shown, line: child.line, device: inner.device)
        return true
    }

    /// Whether that the node has it is told.
    private mutating func added(_ child: DomainElement, in wished: DomainElement, at path: ElementPath) -> Bool {
        var inner = path.into(child)
        if LibvirtOwn.isOwn(child, at: inner.kind, in: wished, form) { return false }
        if path.names == ["devices"] { inner.device = DevicePair(git: nil, node: child) }
        add(.added(child), kind: inner.kind, shown: inner.shown, line: wished.line, device: inner.device)
        return true
    }

    private mutating func tell(
        _ change: DocumentDifference.Change, _ attribute: String?, line: Int?, at path: ElementPath
    ) {
        let kind = attribute.map { "\(path.kind)@\($0)" } ?? path.kind
        let shown = attribute.map { path.shown + ["@\($0)"] } ?? path.shown
        add(change, kind: kind, shown: shown, line: line, device: path.device)
    }

    private mutating func add(
        _ change: DocumentDifference.Change, kind: String, shown: [String], line: Int?, device: DevicePair
    ) {
        differences.append(
            DocumentDifference(
                path: shown.joined(separator: "/"), kind: kind, line: line, change: change,
                driftClass: DriftClass(kind: kind, change: change, device: device), device: device))
    }
}
