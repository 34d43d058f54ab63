internal import Reconciler

/// Three listings of `virsh net-list --name`: all, the active ones, those that come up at boot.
enum NetworkNames {
    /// Names are compared as bytes and become text only at the end.
    static func parse(
        all: ArraySlice<UInt8>, active: ArraySlice<UInt8>, autostarted: ArraySlice<UInt8>
    ) throws(Unreadable) -> [ObservedNetwork] {
        let names = try ByteText.filledLines(all).map(Array.init)
        let active = Set(try ByteText.filledLines(active).map(Array.init))
        let autostarted = Set(try ByteText.filledLines(autostarted).map(Array.init))
        guard Set(names).count == names.count else { throw Unreadable("a network is listed twice") }
        guard active.union(autostarted).isSubset(of: names) else {
            throw Unreadable("the networks changed during the scan")
        }
        return names.map {
            ObservedNetwork(
                name: ByteText.string($0[...]), isActive: active.contains($0), isAutostarted: autostarted.contains($0))
        }
    }
}
