/// What tells an element from its siblings of the same name, so that both sides are compared with their like.
enum DeviceIdentity {
    /// The key of an element; elements with the same key belong together in their order.
    static func key(_ element: DomainElement, in parent: String) -> String {
        if let namespace = element.namespace { return "{\(namespace)}" }
        switch parent {
        case "devices": return device(element)
        case "features", "hyperv", "kvm", "cputune", "numatune", "cpu", "clock", "iothreadids", "vcpus", "numa":
            return setting(element)
        default: return part(element)
        }
    }

    private static func device(_ device: DomainElement) -> String {
        switch device.name {
        case "disk": device.child("target")?["dev"] ?? ""
        case "controller": controller(device)
        case "hostdev": hostDevice(device)
        case "filesystem": device.child("target")?["dir"] ?? ""
        case "channel": channel(device)
        case "console": device.child("target")?["type"] ?? ""
        case "input": "\(device["type"] ?? "") \(device["bus"] ?? "")"
        case "graphics", "smartcard": device["type"] ?? device["mode"] ?? ""
        case "shmem": device["name"] ?? ""
        case "audio": device["id"] ?? ""
        case "lease": "\(device.child("lockspace")?.text ?? "") \(device.child("key")?.text ?? "")"
        case "sound", "panic", "watchdog", "iommu", "memory": device["model"] ?? ""
        default: ""
        }
    }

    /// USB controllers come in groups that share an index.
    private static func controller(_ controller: DomainElement) -> String {
        let kind = controller["type"] ?? ""
        let companion = controller["model"].flatMap { $0.hasPrefix("ich9-") ? $0 : nil } ?? ""
        return "\(kind) \(controller["index"] ?? "") \(companion)"
    }

    private static func channel(_ channel: DomainElement) -> String {
        let target = channel.child("target")
        return "\(target?["name"] ?? "") \(target?["address"] ?? "") \(target?["port"] ?? "")"
    }

    /// What of the host it takes, numbers in one spelling.
    private static func hostDevice(_ device: DomainElement) -> String {
        guard let source = device.child("source") else { return device["type"] ?? "" }
        var words = [device["type"] ?? ""]
        func add(_ element: DomainElement) {
            for attribute in element.attributes.sorted(by: { $0.name.precedesByBytes($1.name) }) {
                if attribute.name == "startupPolicy" || attribute.name == "index" { continue }
                let value = DocumentMeaning.number(attribute.value).map { "\($0)" } ?? attribute.value.lowercased()
                words.append("\(attribute.name)=\(value)")
            }
        }
        add(source)
        for child in source.children where ["address", "vendor", "product", "adapter"].contains(child.name) {
            add(child)
        }
        return words.joined(separator: " ")
    }

    private static func setting(_ setting: DomainElement) -> String {
        switch setting.name {
        case "timer", "feature": setting["name"] ?? ""
        case "vcpupin": setting["vcpu"] ?? ""
        case "iothreadpin": setting["iothread"] ?? ""
        case "memnode": setting["cellid"] ?? ""
        case "iothread", "vcpu", "cell": setting["id"] ?? ""
        case "cache": setting["level"] ?? ""
        case "vcpusched": setting["vcpus"] ?? ""
        case "iothreadsched": setting["iothreads"] ?? ""
        default: ""
        }
    }

    private static func part(_ part: DomainElement) -> String {
        switch part.name {
        case "seclabel": part["model"] ?? part["type"] ?? ""
        case "page": part["size"] ?? ""
        case "parameter", "event", "entry": part["name"] ?? ""
        case "tag", "sibling": part["id"] ?? ""
        case "channel": part["name"] ?? ""
        case "device": part.child("path")?.text ?? ""
        default: ""
        }
    }

    /// The key for people; nil where the name alone says which it is.
    static func shown(_ element: DomainElement, in parent: String) -> String? {
        if parent == "devices", element.name == "interface" { return element.child("mac")?["address"] }
        let key = Blanks.trim(key(element, in: parent))
        return key.isEmpty || element.namespace != nil ? nil : String(key)
    }
}
