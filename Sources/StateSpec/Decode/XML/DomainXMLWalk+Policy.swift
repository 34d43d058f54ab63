import CLibxml2

/// What git's XML may not say although libvirt would take it.
extension DomainXMLWalk {
    /// Two readers must agree on who this is, so the text stands alone: no comment, no CDATA, no blanks around it.
    mutating func checkIdentity(_ node: XMLNode, _ element: String) {
        if origin == .node { return }
        guard let child = node.pointee.children, let text = child.plainText else {
            remark(
                .error, node, "identity-text", "<\(element)> holds something else than a plain text",
                hint: "no comment, CDATA or element may stand in it")
            return
        }
        let isBlank = { (byte: UInt8?) in byte.map(Blanks.isBlank) ?? true }
        if text.utf8.contains(0x0A) || text.utf8.contains(0x0D) || isBlank(text.utf8.first) || isBlank(text.utf8.last) {
            remark(.error, node, "identity-text", "<\(element)> has blanks or line ends around or in its text")
        }
    }

    /// Without a uuid libvirt invents another one at each start, and no check by identity holds.
    mutating func checkUUID(_ node: XMLNode, _ text: String?, _ uuid: DomainUUID?) {
        guard let text else {
            remark(
                .error, node, "no-uuid", "the domain has no <uuid>", hint: "add one, made by 'uuidgen' or virsh dumpxml"
            )
            return
        }
        guard let uuid else {
            remark(.error, node, "invalid-uuid", "\(Escaped(text, charactersMax: 60)) is no uuid")
            return
        }
        // Cheaper than to spell the uuid out and compare.
        if DomainUUID(text) == nil || text.utf8.contains(where: { (0x41...0x46).contains($0) }) {
            remark(
                .error, node, "uuid-spelling", "\(Escaped(text, charactersMax: 60)) is not the plain spelling",
                hint: "write \(uuid)")
        }
    }

    /// A uuid in any spelling libvirt takes: either case, with or without dashes.
    static func uuid(_ text: String) -> DomainUUID? {
        let bare = Blanks.trim(text)
        if let uuid = DomainUUID(bare) { return uuid }
        let digits = bare.filter { $0 != "-" && $0 != " " }
        guard digits.utf8.count == 32 else { return nil }
        var dashed = ""
        for (index, digit) in digits.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { dashed.append("-") }
            dashed.append(digit)
        }
        return DomainUUID(dashed)
    }

    /// Elements of a namespace have no meaning to libvirt where havirt reads, save QEMU's own, which undo its care.
    mutating func foreign(_ node: XMLNode, _ namespace: UnsafeMutablePointer<xmlNs>) {
        if origin == .node { return }
        if let href = namespace.pointee.href, xmlStrEqual(href, "http://libvirt.org/schemas/domain/qemu/1.0") == 1 {
            remark(
                .error, node, "qemu-passthrough", "<qemu:\(Escaped(node.title).bare)> bypasses libvirt",
                hint: "say it in libvirt's own elements")
        } else {
            remark(.error, node, "foreign-namespace", "<\(Escaped(node.title).bare)> stands in a foreign namespace")
        }
    }

    /// Confinement is what keeps a broken guest inside its own disk.
    mutating func checkSeclabel(_ node: XMLNode) {
        if node.attribute(names.type) == "none" {
            remark(.error, node, "seclabel-none", "<seclabel type='none'> switches off the guest's confinement")
        }
    }

    /// The emulator runs on the node with the rights of libvirt's user.
    mutating func checkEmulator(_ node: XMLNode) {
        let path = node.text
        if !AbsolutePath.isNormal(path) || !path.hasPrefix("/usr/") {
            remark(
                .error, node, "emulator-path", "the emulator \(Escaped(path)) is not below /usr",
                hint: "remove <emulator>: libvirt knows where it is")
        }
    }

    /// A relative path means another file in another working directory, and the node's own files are no disks.
    mutating func checkSource(_ node: XMLNode, _ disk: DomainDisk) {
        if origin == .node { return }
        node.forEachElement { child in
            if child.pointee.name == names.seclabel { checkSeclabel(child) }
        }
        let path: String
        switch disk.source {
        case .file(let file): path = file
        case .block(let device): path = device
        case .network, .volume, .other, .empty: return
        }
        guard AbsolutePath.isNormal(path) else {
            let hint = AbsolutePath.normalised(path).map { "write \($0)" }
            remark(
                .error, node, "disk-path", "the disk path \(Escaped(path)) is not absolute and plain", hint: hint)
            return
        }
        if case .file = disk.source, Self.systemFolders.contains(where: { path.hasPrefix($0) }) {
            let isSharedImage = disk.isReadOnly && path.hasPrefix("/usr/share/")
            if !isSharedImage {
                remark(.error, node, "disk-path", "the disk path \(Escaped(path)) is a file of the node itself")
            }
        }
    }

    private static let systemFolders = [
        "/bin/", "/boot/", "/dev/", "/etc/", "/lib/", "/lib64/", "/proc/", "/root/.", "/sbin/", "/sys/", "/usr/",
        "/var/lib/havirt/", "/var/log/",
    ]
}
