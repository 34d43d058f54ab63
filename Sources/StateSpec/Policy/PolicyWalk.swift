/// Goes through a domain's XML in its order and gathers what may not be.
///
/// Every element and attribute is looked at, wherever it stands and however often: which of two libvirt would take, and
/// which it would pass over, does not matter.
struct PolicyWalk {
    /// So many breaches of one document are told.
    static let breachesMax = 50

    let policy: XMLPolicy
    private var found: [(breach: PolicyBreach, element: Int)] = []
    private var isFull = false
    /// How many elements were begun.
    private var count = 0
    /// From the root to the element that is looked at, each with its XPath's step.
    private var elements: [DomainElement] = []
    private var steps: [String] = []

    init(policy: XMLPolicy) { self.policy = policy }

    /// The breaches, each with its place in `xml`, the text of the document.
    mutating func judge(_ document: DomainDocument, _ xml: [UInt8]) -> [PolicyBreach] {
        visit(document.root, AllowedXML.domain, step: "domain")
        guard !found.isEmpty else { return [] }
        let places = PolicyPlaces(of: found.map(\.element), in: xml)
        return found.map { breach, element in
            var breach = breach
            breach.mark = places[element] ?? YAMLMark(line: 1, column: 1)
            return breach
        }
    }

    /// The text of an element as it stands there, blanks around it included: libvirt does not cut them off.
    static func rawText(_ element: DomainElement) -> String {
        var text = ""
        for case .text(let part) in element.content { text += part }
        return text
    }

    // MARK: - Elements

    private mutating func visit(_ element: DomainElement, _ allowed: AllowedElement, step: String) {
        count += 1
        elements.append(element)
        steps.append(step)
        defer {
            elements.removeLast()
            steps.removeLast()
        }
        if let exception = allowed.exception, !policy.allow.contains(exception) {
            add(PolicyCheck.Objection(exception, "<\(element.name)>"))
            return skip(element.children)
        }
        checkAttributes(of: element, allowed)
        if let text = allowed.text { check(Self.rawText(element), text, "<\(element.name)>", attribute: nil) }
        // Metadata is nobody's but its owner's; elsewhere libvirt goes by local names, whatever the namespace.
        if element.name == "metadata", elements.count == 2 { return skip(element.children) }
        visitChildren(of: element, allowed)
    }

    private mutating func visitChildren(of element: DomainElement, _ allowed: AllowedElement) {
        let children = element.children
        var totals: [String: Int] = [:]
        for child in children { totals[Self.title(child), default: 0] += 1 }
        var seen: [String: Int] = [:]
        for child in children {
            let title = Self.title(child)
            seen[title, default: 0] += 1
            let step = (totals[title] ?? 1) > 1 ? "\(title)[\(seen[title] ?? 1)]" : title
            if let namespace = child.namespace {
                foreign(child, namespace, step)
            } else if allowed.isOpen {
                visit(child, Self.open, step: step)
            } else if let rule = AllowedXML.child(child.name, of: allowed) {
                visit(child, rule, step: step)
            } else {
                refuse(child, step, PolicyCheck.Objection(.unknown, "<\(Escaped(child.name).bare)>"))
            }
        }
    }

    private static let open = AllowedElement(
        isOpen: true, otherAttributes: AllowedElement.Value(kind: .any))

    private static func title(_ element: DomainElement) -> String {
        element.prefix.map { "\($0):\(element.name)" } ?? element.name
    }

    private mutating func foreign(_ element: DomainElement, _ namespace: String, _ step: String) {
        let isQEMU = namespace == "http://libvirt.org/schemas/domain/qemu/1.0" && elements.count == 1
        let words = "<\(Escaped(Self.title(element)).bare)> of a foreign namespace"
        if !isQEMU { return refuse(element, step, PolicyCheck.Objection(.namespace, words)) }
        if !policy.allow.contains(.qemuNamespace) {
            return refuse(element, step, PolicyCheck.Objection(.qemuNamespace, words))
        }
        count += 1
        skip(element.children)
    }

    /// Notes an element, and passes over what stands inside.
    private mutating func refuse(_ element: DomainElement, _ step: String, _ objection: PolicyCheck.Objection) {
        count += 1
        steps.append(step)
        add(objection)
        steps.removeLast()
        skip(element.children)
    }

    private mutating func skip(_ elements: [DomainElement]) {
        for element in elements {
            count += 1
            skip(element.children)
        }
    }

    // MARK: - Values

    private mutating func checkAttributes(of element: DomainElement, _ allowed: AllowedElement) {
        for attribute in element.attributes {
            let name = "@\(attribute.name)"
            let shown = Escaped(name).bare
            if attribute.name.utf8.contains(0x3A) {
                add(PolicyCheck.Objection(.namespace, "\(shown) of a foreign namespace"), name)
            } else if let value = allowed.attributes[attribute.name] ?? allowed.otherAttributes {
                check(attribute.value, value, shown, attribute: name)
            } else if !allowed.isOpen {
                let words = "\(shown)=\(Escaped(attribute.value))"
                add(PolicyCheck.Objection(.unknown, words), name)
            }
        }
        // A missing word may mean what is not good.
        for (name, value) in allowed.attributes where element[name] == nil {
            if case .checked(.readOnly) = value.kind { check("", value, "@\(name)", attribute: nil) }
        }
    }

    private mutating func check(
        _ value: String, _ allowed: AllowedElement.Value, _ name: String, attribute: String?
    ) {
        if let exception = allowed.exception, policy.allow.contains(exception) { return }
        let isGood: Bool
        switch allowed.kind {
        case .any: return
        case .oneOf(let words): isGood = words.contains(value)
        case .never: isGood = false
        case .checked(let check):
            let site = PolicyCheck.Site(elements: elements, policy: policy)
            if let objection = check.objection(to: value, at: site) { add(objection, attribute) }
            return
        }
        if isGood { return }
        let words = "\(name)=\(Escaped(value))"
        add(
            allowed.exception.map { PolicyCheck.Objection($0, words) } ?? PolicyCheck.Objection(.unknown, words),
            attribute)
    }

    private mutating func add(_ objection: PolicyCheck.Objection, _ attribute: String? = nil) {
        if isFull { return }
        let path = "/" + (steps + [attribute].compactMap { $0 }).joined(separator: "/")
        let shown = Escaped(path, charactersMax: 300).bare
        let isLast = found.count == Self.breachesMax
        let message =
            objection.code == .unknown
            ? "\(objection.words) is not known to be harmless, at \(shown)"
            : "\(objection.words) is not allowed, at \(shown)"
        let breach =
            isLast
            ? PolicyBreach(.unknown, "the XML has more that is not allowed; only the first \(found.count) are told")
            : PolicyBreach(objection.code, message, grant: objection.grant, need: objection.need)
        found.append((breach, count))
        isFull = isLast
    }
}
