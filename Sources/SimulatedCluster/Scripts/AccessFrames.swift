internal import Reconciler
internal import StateSpec

/// Networks, bridges and ssh between nodes as the scan script prints them for `ScanDepth.crosswise`.
struct AccessFrames {
    let facts: NodeFacts

    /// The XML of each network, under a uuid that nobody reads.
    func printNetworks(_ output: inout ScriptOutput) {
        for (number, network) in facts.networks.enumerated() {
            guard let shape = network.shape else { continue }
            let digits = String(number)
            let uuid = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.utf8.count) + digits
            let forward = shape.forward == "isolated" ? "" : "  <forward mode='\(Self.escape(shape.forward))'/>\n"
            let bridge = shape.bridge.map { "  <bridge name='\(Self.escape($0))'/>\n" } ?? ""
            output.frame(
                "net-\(uuid)",
                "<network>\n  <name>\(Self.escape(network.name))</name>\n\(forward)\(bridge)</network>\n\n")
        }
    }

    func print(_ output: inout ScriptOutput) {
        if let access = facts.access { print(access, &output) }
        guard let uplinks = facts.uplinks else { return }
        output.frame(
            "uplinks",
            uplinks.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { "\($1) \($0)\n" }.joined())
    }

    private func print(_ access: ObservedAccess, _ output: inout ScriptOutput) {
        output.frame("ssh-daemon", access.trustsOthers ? "trustedusercakeys /etc/ssh/authority.pub\n" : "")
        switch access.authorized {
        case .known(let keys):
            output.frame("ssh-authorized-1", keys.map { Self.options($0) + Self.line($0.key) }.joined())
        case .unknown: output.frame("ssh-authorized-1", "\0")
        }
        output.frame("ssh-host", access.host.map(Self.line).joined())
        switch access.config {
        case .known(let lines): output.frame("ssh-config", lines.map(Self.line).joined())
        case .unknown: output.frame("ssh-config", "\0")
        }
        output.mark("ssh-peers")
        for peer in access.peers {
            output.print("peer \(peer.host)\n")
            guard let lookup = peer.lookup else { continue }
            output.print("lookup \(lookup)\n")
            if peer.hasAuthority { output.print("@cert-authority * ssh-ed25519 AAAA\n") }
            for key in peer.revoked { output.print("@revoked \(lookup) \(Self.line(key))") }
            for key in peer.keys { output.print("\(lookup) \(Self.line(key))") }
        }
        output.frame("ssh-own", access.own.map(Self.line).joined())
    }

    private static func line(_ key: PublicKey) -> String {
        "\(key.identity.type) \(key.identity.blob)\(key.comment.isEmpty ? "" : " ")\(key.comment)\n"
    }

    /// What options say was not kept.
    private static func options(_ key: AuthorizedKey) -> String {
        key.options.isEmpty ? "" : key.options.map { "\($0)=\"\"" }.joined(separator: ",") + " "
    }

    /// What is hidden in a line stays so; equal lines stay equal.
    private static func line(_ line: SSHConfigLine) -> String {
        switch line.value {
        case .shown(let text): "\(line.keyword ?? "") \(text)\n"
        case .hidden(let digest): "\(line.keyword ?? "hidden") \(digest)\n"
        }
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("'", with: "&apos;")
    }
}
