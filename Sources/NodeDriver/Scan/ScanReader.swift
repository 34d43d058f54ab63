internal import Reconciler
internal import StateSpec

/// Makes an observation of frames that virsh filled without complaint.
struct ScanReader {
    let frames: Frames
    let facts: HostFacts
    let old: ScanMemory.Entry?

    func read() throws(Unreadable) -> ScanAnswer {
        let all = try UUIDList.parse(try frames.frame("all"))
        let active = Set(try UUIDList.parse(try frames.frame("active")))
        if let what = try unsteadiness(all: Set(all), active: active) {
            return .unsteady(Silence(.unreadable, what))
        }
        let persistent = Set(try UUIDList.parse(try frames.frame("persistent")))
        let autostarted = Set(try UUIDList.parse(try frames.frame("autostart")))
        let saved = Set(try UUIDList.parse(try frames.frame("saved")))
        let underWay = Set(try UUIDList.parse(try frames.frame("inflight")))
        // One parser for the whole scan: it keeps libxml2's context from document to document.
        let parser = DomainXMLParser()
        var domains: [ObservedDomain] = []
        var definitions: [DomainUUID: (xml: Range<Int>, parsed: DomainXML)] = [:]
        for uuid in all {
            let xml = try frames.frame("xml-\(uuid)")
            let parsed = try definition(of: uuid, xml, parser)
            definitions[uuid] = (xml.startIndex..<xml.endIndex, parsed)
            var job = active.contains(uuid) ? try JobInfo.parse(try frames.frame("job-\(uuid)")) : nil
            if job == nil, underWay.contains(uuid) { job = "a command of havirt" }
            domains.append(
                ObservedDomain(
                    uuid: uuid, name: parsed.name, state: try DomainState.parse(try frames.frame("state-\(uuid)")),
                    isPersistent: persistent.contains(uuid), isAutostarted: autostarted.contains(uuid),
                    hasManagedSave: saved.contains(uuid), job: job, definition: parsed.definition))
        }
        let known = all.map { KnownDomain(uuid: $0, isActive: active.contains($0)) }
        return .answered(
            try node(domains, underWay), ScanMemory.Entry(output: frames.bytes, definitions: definitions, known: known))
    }

    /// What changed between the commands of the batch; nil if it was asked about just the domains there are.
    private func unsteadiness(all: Set<DomainUUID>, active: Set<DomainUUID>) throws(Unreadable) -> String? {
        guard all == Set(try UUIDList.parse(try frames.frame("again"))) else {
            return "domains came or went during the scan"
        }
        for label in ["active", "persistent", "autostart", "saved"] {
            guard all.isSuperset(of: try UUIDList.parse(try frames.frame(label))) else {
                return "domains came or went during the scan"
            }
        }
        guard all.allSatisfy({ frames.has("state-\($0)") && frames.has("xml-\($0)") }),
            active.allSatisfy({ frames.has("job-\($0)") })
        else { return "the domains are not those of the scan before" }
        return nil
    }

    private func definition(
        of uuid: DomainUUID, _ xml: ArraySlice<UInt8>, _ parser: DomainXMLParser
    ) throws(Unreadable) -> DomainXML {
        if let parsed = old?.parsed(uuid, xml) { return parsed }
        let parsed: DomainXML
        do throws(XMLProblem) {
            parsed = try parser.parse(Array(xml))
        } catch {
            throw Unreadable("the XML of \(uuid): \(error)")
        }
        guard parsed.uuid == uuid else { throw Unreadable("the XML of \(uuid) bears another uuid") }
        return parsed
    }

    private func node(_ domains: [ObservedDomain], _ underWay: Set<DomainUUID>) throws(Unreadable) -> ObservedNode {
        let info = try NodeInfo(try frames.frame("nodeinfo"))
        let host = try HostCapabilities(try frames.frame("capabilities"))
        // A command under way may be about to start its domain: it blocks like a process that libvirt does not list.
        let processes = try processes().union(underWay)
        return ObservedNode(
            hostUUID: host.hostUUID, bootID: facts.bootID, hostName: facts.hostName, uptime: facts.uptime,
            clock: facts.clock, versions: try VersionInfo.parse(try frames.frame("version")), memory: info.memory,
            cpus: info.cpus, cpuModel: host.cpuModel,
            networks: try NetworkNames.parse(
                all: try frames.frame("nets"), active: try frames.frame("nets-active"),
                autostarted: try frames.frame("nets-autostart")),
            bridges: try ByteText.filledLines(try frames.frame("bridges")).map(ByteText.string).sorted(),
            domains: domains, processes: Array(processes),
            memo: try MemoText.parse(
                applied: try frames.frame("applied"), members: try frames.frame("members")))
    }

    /// A QEMU that a person started may have anything after `-uuid`; what is none is nobody's domain.
    private func processes() throws(Unreadable) -> Set<DomainUUID> {
        Set(try ByteText.filledLines(try frames.frame("processes")).compactMap(ByteText.uuid))
    }
}
