import CLibxml2

/// The element and attribute names that matter, interned in one dictionary of libxml2: two names of documents that
/// were parsed with it are equal when their pointers are.
struct XMLNames {
    typealias Interned = UnsafePointer<xmlChar>?

    let domain, name, uuid, memory, vcpu, os, type, machine, cpu, mode, model, metadata, devices, seclabel: Interned
    let disk, device, source, target, dev, file, readonly, shareable, backingStore, `protocol`, host, port: Interned
    let pool, volume, interface, network, bridge, graphics, autoport, passwd, hostdev, unit, emulator: Interned
    let commit, xml, lease, key, path, vendor, feature, policy: Interned

    init(_ dictionary: xmlDictPtr) {
        func intern(_ text: String) -> Interned { xmlDictLookup(dictionary, text, -1) }
        domain = intern("domain")
        name = intern("name")
        uuid = intern("uuid")
        memory = intern("memory")
        vcpu = intern("vcpu")
        os = intern("os")
        type = intern("type")
        machine = intern("machine")
        cpu = intern("cpu")
        mode = intern("mode")
        model = intern("model")
        metadata = intern("metadata")
        devices = intern("devices")
        seclabel = intern("seclabel")
        disk = intern("disk")
        device = intern("device")
        source = intern("source")
        target = intern("target")
        dev = intern("dev")
        file = intern("file")
        readonly = intern("readonly")
        shareable = intern("shareable")
        backingStore = intern("backingStore")
        `protocol` = intern("protocol")
        host = intern("host")
        port = intern("port")
        pool = intern("pool")
        volume = intern("volume")
        interface = intern("interface")
        network = intern("network")
        bridge = intern("bridge")
        graphics = intern("graphics")
        autoport = intern("autoport")
        passwd = intern("passwd")
        hostdev = intern("hostdev")
        unit = intern("unit")
        emulator = intern("emulator")
        commit = intern("commit")
        xml = intern("xml")
        lease = intern("lease")
        key = intern("key")
        path = intern("path")
        vendor = intern("vendor")
        feature = intern("feature")
        policy = intern("policy")
    }
}
