internal import Reconciler

/// An ssh config, as far as its lines mean something.
extension SSHConfigLine {
    /// Reads a line; nil for a blank one and for a comment.
    ///
    /// - Parameter digest: tells equal texts from others, and gives nothing of them away.
    init?(parsing line: String, digest: (String) -> String) {
        let trimmed = Self.trim(line[...])
        guard let first = trimmed.unicodeScalars.first, first != "#" else { return nil }
        let end = trimmed.unicodeScalars.firstIndex { Self.isBlank($0) || $0 == "=" || $0 == "\"" }
        let word = trimmed[..<(end ?? trimmed.endIndex)].lowercased()
        guard Self.keywords.contains(word) else {
            self.init(keyword: nil, value: .hidden(digest(Self.squeezed(trimmed))))
            return
        }
        var rest = Self.trim(trimmed[(end ?? trimmed.endIndex)...])
        if rest.first == "=" { rest = Self.trim(rest.dropFirst()) }
        let value = Self.squeezed(rest)
        self.init(keyword: word, value: Self.plain.contains(word) ? .shown(value) : .hidden(digest(value)))
    }

    /// Runs of blanks outside of quotes as one blank.
    private static func squeezed(_ text: Substring) -> String {
        var squeezed = ""
        var isQuoted = false
        var wasBlank = false
        for scalar in text.unicodeScalars {
            if scalar == "\"" { isQuoted.toggle() }
            let isBlank = isBlank(scalar) && !isQuoted
            if !isBlank { squeezed.unicodeScalars.append(scalar) } else if !wasBlank { squeezed += " " }
            wasBlank = isBlank
        }
        return squeezed
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { [" ", "\t", "\r", "\u{0C}"].contains(scalar) }

    private static func trim(_ text: Substring) -> Substring {
        var scalars = text.unicodeScalars
        while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return Substring(scalars)
    }

    /// What names hosts, files and algorithms, and holds no secret.
    private static let plain: Set<String> = [
        "addkeystoagent", "addressfamily", "batchmode", "bindaddress", "bindinterface", "canonicaldomains",
        "canonicalizefallbacklocal", "canonicalizehostname", "canonicalizemaxdots", "certificatefile", "checkhostip",
        "ciphers", "compression", "connectionattempts", "connecttimeout", "controlmaster", "controlpath",
        "controlpersist", "enablesshkeysign", "escapechar", "exitonforwardfailure", "fingerprinthash", "forwardagent",
        "forwardx11", "forwardx11timeout", "forwardx11trusted", "gatewayports", "globalknownhostsfile",
        "gssapiauthentication", "gssapidelegatecredentials", "hashknownhosts", "host", "hostbasedauthentication",
        "hostkeyalgorithms", "hostkeyalias", "hostname", "identitiesonly", "identityagent", "identityfile", "include",
        "ipqos", "kbdinteractiveauthentication", "kexalgorithms", "loglevel", "macs",
        "nohostauthenticationforlocalhost",
        "numberofpasswordprompts", "passwordauthentication", "permitlocalcommand", "port", "preferredauthentications",
        "proxyjump", "pubkeyacceptedalgorithms", "pubkeyacceptedkeytypes", "pubkeyauthentication", "rekeylimit",
        "requesttty", "requiredrsasize", "serveralivecountmax", "serveraliveinterval", "stricthostkeychecking",
        "syslogfacility", "tcpkeepalive", "tunnel", "updatehostkeys", "user", "userknownhostsfile", "verifyhostkeydns",
        "visualhostkey", "xauthlocation",
    ]

    private static let keywords = plain.union([
        "canonicalizepermittedcnames", "casignaturealgorithms", "challengeresponseauthentication", "channeltimeout",
        "clearallforwardings", "dynamicforward", "enableescapecommandline", "forkafterauthentication",
        "gssapiclientidentity", "gssapikeyexchange", "gssapirenewalforcesrekey", "gssapiserveridentity",
        "gssapitrustdns", "hostbasedacceptedalgorithms", "hostbasedkeytypes", "ignoreunknown",
        "kbdinteractivedevices", "knownhostscommand", "localcommand", "localforward", "logverbose", "match",
        "obscurekeystroketiming", "permitremoteopen", "pkcs11provider", "proxycommand", "proxyusefdpass",
        "remotecommand", "remoteforward", "revokedhostkeys", "securitykeyprovider", "sendenv", "sessiontype", "setenv",
        "smartcarddevice", "stdinnull", "streamlocalbindmask", "streamlocalbindunlink", "tag", "tunneldevice",
        "useblacklistedkeys", "usekeychain", "useprivilegedport", "versionaddendum",
    ])
}
