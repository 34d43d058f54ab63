internal import Reconciler
internal import StateSpec

/// Makes an observation of frames that virsh filled without complaint.
struct ScanReader {
    let frames: Frames
    let facts: HostFacts
    let depth: ScanDepth
    let old: ScanMemory.Entry?

    func read() throws(Unreadable) -> ScanAnswer {
        let all = try UUIDList.parse(try frames.frame("all"))
        guard try isSteady(all) || !Guard.listingIsSteady.isOn else {
            return .unsteady(Silence(.unreadable, "domains came or went during the scan"))
        }
        let active = try listed("active", of: all)
        let paused = try listed("paused", of: all)
        let persistent = try listed("persistent", of: all)
        let autostarted = try listed("autostart", of: all)
        let saved = try listed("saved", of: all)
        guard let active, let paused, let persistent, let autostarted, let saved else {
            return .unsteady(Silence(.unreadable, "domains came or went during the scan"))
        }
        let inFlight = try MarkerText.inFlight(try frames.frame("inflight"), boot: facts.bootID)
        let underWay = Set(inFlight.filter(\.isAlive).map(\.uuid))
        // One parser for the whole scan: it keeps libxml2's context from document to document.
        let parser = DomainXMLParser()
        var domains: [ObservedDomain] = []
        var definitions: [DomainUUID: (xml: XMLFingerprint, parsed: DomainXML)] = [:]
        for uuid in all {
            let text = uuid.description
            // A paused domain is in nobody's hands but a person's or a migration's, which its reason tells.
            let isRunning = active.contains(uuid) && !paused.contains(uuid)
            guard frames.has("xml-\(text)"), !isRunning || frames.has("job-\(text)") else {
                return .unsteady(Silence(.unreadable, "the domains are not those of the scan before"))
            }
            let xml = try frames.frame("xml-\(text)")
            if xml.isEmpty, !Guard.errorsVoidAScan.isOn { continue }
            let fingerprint = XMLFingerprint(xml)
            let (name, seen) = try definition(of: uuid, xml, fingerprint, parser, &definitions)
            var job = isRunning ? try JobInfo.parse(try frames.frame("job-\(text)")) : nil
            if job == nil, underWay.contains(uuid) { job = "a command of havirt" }
            var domain = ObservedDomain(
                uuid: uuid, name: name, state: try DomainState.parse(try frames.frame("state-\(text)")),
                isPersistent: persistent.contains(uuid), isAutostarted: autostarted.contains(uuid),
                hasManagedSave: saved.contains(uuid), job: job, seen: seen)
            if depth != .round { domain.documents = try documents(domain, xml, isActive: active.contains(uuid)) }
            domains.append(domain)
        }
        let seen = try node(domains, inFlight)
        if let other = try OtherClusters.claiming(seen.hostUUID, frames) { return .silent(other) }
        let known = all.map { KnownDomain(uuid: $0, isRunning: active.contains($0) && !paused.contains($0)) }
        return .answered(seen, ScanMemory.Entry(definitions: definitions, known: known))
    }

    /// Whether the batch ended with the domains with which it began, in any order.
    private func isSteady(_ all: [DomainUUID]) throws(Unreadable) -> Bool {
        let again = try frames.frame("again")
        if try frames.frame("all").elementsEqual(again) { return true }
        return Set(all) == Set(try UUIDList.parse(again))
    }

    /// A listing of some of the domains; nil if it holds one that was not there before.
    private func listed(_ label: String, of all: [DomainUUID]) throws(Unreadable) -> Set<DomainUUID>? {
        let listed = Set(try UUIDList.parse(try frames.frame(label)))
        return listed.isSubset(of: all) ? listed : nil
    }

    /// The name and what the XML says. One domain that is not understood must not hide all the others of its node.
    private func definition(
        of uuid: DomainUUID, _ xml: ArraySlice<UInt8>, _ fingerprint: XMLFingerprint, _ parser: DomainXMLParser,
        _ definitions: inout [DomainUUID: (xml: XMLFingerprint, parsed: DomainXML)]
    ) throws(Unreadable) -> (name: String, seen: SeenDefinition) {
        let parsed: DomainXML
        if let known = old?.parsed(uuid, fingerprint) {
            parsed = known
        } else {
            do throws(XMLProblem) {
                parsed = try Self.parse(xml, parser)
            } catch {
                return (uuid.description, .notUnderstood(error.description))
            }
        }
        guard parsed.uuid == uuid else { throw Unreadable("the XML of \(uuid) bears another uuid") }
        definitions[uuid] = (fingerprint, parsed)
        return (parsed.name, .understood(parsed.definition))
    }

    private func documents(
        _ domain: ObservedDomain, _ xml: ArraySlice<UInt8>, isActive: Bool
    ) throws(Unreadable) -> ObservedDocuments {
        ObservedDocuments(
            live: isActive ? ByteText.string(xml) : nil,
            persistent: domain.isPersistent
                ? ByteText.string(try frames.frame("kept-\(domain.uuid)")) : nil)
    }

    /// Bytes that are no UTF-8 are read as what they are shown as: such a name stays a name of its own, and such a path
    /// is none that git could hold.
    private static func parse(
        _ xml: ArraySlice<UInt8>, _ parser: DomainXMLParser
    ) throws(XMLProblem) -> DomainXML {
        do throws(XMLProblem) {
            return try parser.parse(Array(xml))
        } catch {
            let shown = Array(ByteText.string(xml).utf8)
            if shown.elementsEqual(xml) { throw error }
            return try parser.parse(shown)
        }
    }

    private func node(_ domains: [ObservedDomain], _ inFlight: [InFlight]) throws(Unreadable) -> ObservedNode {
        let info = try NodeInfo(try frames.frame("nodeinfo"))
        let host = try HostCapabilities(try frames.frame("capabilities"))
        // A command under way may be about to start its domain: it blocks like a process that libvirt does not list.
        let processes = try processes().union(inFlight.filter { $0.isAlive && !$0.isForTarget }.map(\.uuid))
        var node = ObservedNode(
            hostUUID: host.hostUUID, bootID: facts.bootID, hostName: facts.hostName, uptime: facts.uptime,
            clock: facts.clock, versions: try VersionInfo.parse(try frames.frame("version")), memory: info.memory,
            cpus: info.cpus, cpuModel: host.cpuModel, cpu: host.cpu,
            networks: try networks(),
            bridges: try ByteText.filledLines(try frames.frame("bridges")).map(ByteText.string).sorted(),
            domains: domains, processes: Array(processes),
            memo: try MemoText.parse(
                applied: try frames.frame("applied"), members: try frames.frame("members"),
                targets: frames.has("targets") ? try frames.frame("targets") : []),
            inFlight: inFlight,
            witnesses: try MarkerText.witnesses(try frames.frame("seen"), boot: facts.bootID),
            storage: try StorageText.parse(frames), storageLock: try LockText.parse(frames))
        node.iscsi = ISCSIText.parse(frames)
        node.access = try AccessText.parse(frames)
        node.uplinks = try uplinks()
        return node
    }

    private func networks() throws(Unreadable) -> [ObservedNetwork] {
        var networks = try NetworkNames.parse(
            all: try frames.frame("nets"), active: try frames.frame("nets-active"),
            autostarted: try frames.frame("nets-autostart"))
        var shapes: [String: NetworkShape] = [:]
        for (label, range) in frames.all where label.hasPrefix("net-") {
            if let (name, shape) = NetworkShape.parse(Array(frames.bytes[range])) { shapes[name] = shape }
        }
        for index in networks.indices { networks[index].shape = shapes[networks[index].name] }
        return networks
    }

    /// Lines of a count and the name of a bridge; nil where the script did not look.
    private func uplinks() throws(Unreadable) -> [String: Int]? {
        guard frames.has("uplinks") else { return nil }
        var uplinks: [String: Int] = [:]
        for line in try ByteText.filledLines(try frames.frame("uplinks")) {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
            guard words.count == 2, let count = ByteText.number(words[0]) else {
                throw Unreadable("the ports of a bridge are not understood")
            }
            uplinks[ByteText.string(words[1])] = Int(count)
        }
        return uplinks
    }

    /// A QEMU that a person started may have anything after `-uuid`; what is none is nobody's domain.
    private func processes() throws(Unreadable) -> Set<DomainUUID> {
        Set(try ByteText.filledLines(try frames.frame("processes")).compactMap(ByteText.uuid))
    }
}
