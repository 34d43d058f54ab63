import ArgumentParser
import FoundationEssentials
import Hunt
import Reconciler

/// Guards that are switched off together, and a seed under which that is seen.
struct Mutant {
    let guards: [Guard]
    let seed: UInt64

    /// Lines of `GUARD[+GUARD] SEED`; `#` begins a remark.
    static func read(_ file: String) throws -> [Mutant] {
        guard let data = FileManager.default.contents(atPath: file) else { throw Problem("\(file) cannot be read") }
        var mutants: [Mutant] = []
        for (number, line) in String(decoding: data, as: UTF8.self).split(separator: "\n").enumerated() {
            let words = line.prefix { $0 != "#" }.split(separator: " ")
            if words.isEmpty { continue }
            let guards = words[0].split(separator: "+").compactMap { Guard(rawValue: String($0)) }
            guard words.count == 2, guards.count == words[0].split(separator: "+").count, let seed = UInt64(words[1])
            else { throw Problem("\(file), line \(number + 1): it is not 'GUARD[+GUARD] SEED'") }
            mutants.append(Mutant(guards: guards, seed: seed))
        }
        return mutants
    }

    var name: String { guards.map(\.rawValue).joined(separator: "+") }

    /// Whether the seed is clean with all guards on, and is not with these off; says so.
    func verify() throws -> Bool {
        let whole = try Workers.hunt(seed, off: [], isTracing: false)
        let mutant = try Workers.hunt(seed, off: Set(guards), isTracing: false)
        let verdict =
            !whole.violations.isEmpty
            ? "FAILS with all guards on" : mutant.violations.isEmpty ? "SURVIVES" : "killed"
        print("\(name) \(seed): \(verdict) \(mutant.violations.first ?? "")")
        return whole.violations.isEmpty && !mutant.violations.isEmpty
    }

    /// Looks for the first seed that kills each guard alone; for those that survive, in a pair with each other one.
    static func search(seeds: Int, jobs: Int, only: [Guard]) throws {
        let guards = only.isEmpty ? Guard.allCases : only
        var survivors: [Guard] = []
        for one in guards {
            if let seed = try find([one], seeds, jobs) {
                print("\(one.rawValue) \(seed)")
            } else {
                survivors.append(one)
            }
        }
        for one in survivors {
            var pair: Guard?
            for other in Guard.allCases where other != one && pair == nil {
                // A pair that one of the two kills alone says nothing about the other.
                guard let seed = try find([one, other], seeds / 4, jobs) else { continue }
                if try !Workers.hunt(seed, off: [other], isTracing: false).violations.isEmpty { continue }
                print("\(one.rawValue)+\(other.rawValue) \(seed)")
                pair = other
            }
            if pair == nil { print("# \(one.rawValue): nothing found") }
        }
    }

    private static func find(_ guards: [Guard], _ seeds: Int, _ jobs: Int) throws -> UInt64? {
        let tally = try Workers.run(from: 1, count: seeds, jobs: jobs, off: Set(guards), endsAtFirst: true)
        return tally.bad.map(\.seed).min()
    }
}

/// What is wrong with a call or a file.
struct Problem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
