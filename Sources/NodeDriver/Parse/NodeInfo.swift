internal import StateSpec

/// `virsh nodeinfo`.
struct NodeInfo {
    let cpus: Int
    let memory: MemorySize

    init(_ text: ArraySlice<UInt8>) throws(Unreadable) {
        let lines = try KeyedLines(text)
        guard let cpus = ByteText.number(try lines["CPU(s)"]), (1...65_536).contains(cpus) else {
            throw Unreadable("the number of CPUs is not understood")
        }
        let memory = try lines["Memory size"].split(separator: UInt8(ascii: " "))
        guard memory.count == 2, ByteText.string(memory[1]) == "KiB", let kibibytes = ByteText.number(memory[0]),
            (1...Int64(MemorySize.specMax.kibibytes)).contains(kibibytes)
        else { throw Unreadable("the memory size is not understood") }
        self.cpus = Int(cpus)
        self.memory = MemorySize(kibibytes: UInt64(kibibytes))
    }
}
