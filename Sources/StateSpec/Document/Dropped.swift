/// What git may say and libvirt does not repeat, because it means nothing or is not for everybody's eyes.
enum Dropped {
    /// An element that the node need not have.
    static func isDropped(_ element: DomainElement, at kind: String, _ form: DocumentForm) -> Bool {
        if empties.contains(kind) { return element.attributes.isEmpty && element.content.isEmpty }
        return switch kind {
        case "currentMemory", "cpu/model", "cpu/vendor": kind == "currentMemory" || form == .live
        case "devices/disk/backingStore", "devices/disk/driver": element.content.isEmpty && element.attributes.isEmpty
        case "devices/disk/source/cookies": true
        default:
            element.isMark || element.content.isEmpty && hasOnlyDropped(element, kind, form)
        }
    }

    private static func hasOnlyDropped(_ element: DomainElement, _ kind: String, _ form: DocumentForm) -> Bool {
        !element.attributes.isEmpty
            && element.attributes.allSatisfy { isDropped(attribute: "\(kind)@\($0.name)", value: $0.value, form) }
    }

    /// An attribute that the node need not have.
    static func isDropped(attribute kind: String, value: String, _ form: DocumentForm) -> Bool {
        switch kind {
        case "devices/graphics@passwdValidTo": true
        case "os/nvram@template": form == .live
        case "devices/interface/driver@queues": value == "1"
        // Shown only to who asks with --security-info.
        default: DocumentSecrets.isSecret(kind)
        }
    }

    /// Text that libvirt makes up where git has none.
    static func isGenerated(text kind: String) -> Bool {
        ["genid", "os/nvram", "os/loader", "devices/emulator", "cpu/model", "uuid"].contains(kind)
    }

    private static let empties: Set<String> = ["devices", "metadata", "cpu", "features", "memoryBacking", "clock"]
}
