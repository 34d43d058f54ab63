import ArgumentParser
import FoundationEssentials
import GitSource
import NodeDriver
import Reconciler
import StateSpec
import Store

/// What a shell offers behind `havirt`: names from the branch's tip, as this machine has it. Nothing is fetched, no node
/// is asked, and no file is read but the settings.
enum NameCompletion {
    /// Names of domains.
    static let domains = CompletionKind.custom { words, _, prefix in
        names(in: "domains", ending: ".xml", as: DomainKind.self, words, prefix)
    }

    /// Names of domains, and the words that stand for many.
    static let domainsOrMany = CompletionKind.custom { words, _, prefix in
        ["ALL", "RUNNING"] + names(in: "domains", ending: ".xml", as: DomainKind.self, words, prefix)
    }

    /// Names of nodes.
    static let nodes = CompletionKind.custom { words, _, prefix in
        names(in: "nodes", ending: ".yaml", as: NodeKind.self, words, prefix)
    }

    private static let namesMax = 100_000

    /// What has a name that fits the grammar, hence nothing that a shell would have to quote.
    private static func names<Kind: NameKind>(
        in folder: String, ending suffix: String, as kind: Kind.Type, _ words: [String], _ prefix: String
    ) -> [String] {
        // Whoever presses TAB wants no error in the line; the command itself tells it.
        guard let commits = try? commits(words), let tip = try? commits.tip(),
            let files = try? commits.open().names(
                in: commits.pathInRepository(folder), at: tip, namesMax: namesMax)
        else { return [] }
        return files.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.compactMap { file in
            (try? Name<Kind>(String(file.dropLast(suffix.utf8.count))))?.text
        }
    }

    private static func commits(_ words: [String]) throws -> GitCommits {
        let global = try GlobalOptions.parse(flags(words))
        return try Wiring(settings: try global.settings()).commits(revision: nil, isOffline: true)
    }

    /// The flags in a command line that say where the specs are, in the form that is parsed.
    static func flags(_ words: [String]) -> [String] {
        let names = ["--config", "--repo", "--branch", "--path", "--var"]
        var flags: [String] = []
        for (index, word) in words.enumerated() {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard let name = names.first(where: { $0 == parts.first.map(String.init) }) else { continue }
            if parts.count == 2 {
                flags += [name, unquoted(String(parts[1]))]
            } else if index + 1 < words.count, !words[index + 1].hasPrefix("-") {
                // bash takes the sign for a word of its own.
                let isSign = words[index + 1] == "=" && index + 2 < words.count
                flags += [name, unquoted(words[index + (isSign ? 2 : 1)])]
            }
        }
        return flags
    }

    /// A shell's word, as far as that needs no shell: what is not understood names nothing.
    private static func unquoted(_ word: String) -> String {
        if word.hasPrefix("~/"), let home = ProcessInfo.processInfo.environment["HOME"] {
            return home + word.dropFirst()
        }
        for quote in ["'", "\""] where word.count > 1 && word.hasPrefix(quote) && word.hasSuffix(quote) {
            return String(word.dropFirst().dropLast())
        }
        return word
    }
}
