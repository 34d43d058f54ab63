/// Evens out a cluster by few and cheap migrations.
public enum Balance {
    /// The migrations that a request asks for; none where nothing would be gained.
    ///
    /// A function of its arguments alone: the same model, in the same order, and the same request give the same result.
    /// Once all migrations are done, the same request asks for none; but for one that `migrationsMax` cut short.
    public static func make(_ model: ClusterModel, _ request: BalanceRequest) -> BalanceResult {
        make(model, request, stepsMax: max(120_000, min(12_000_000, 600 * model.domains.count)))
    }

    /// With steps that each search may take; those of the public one are hundredths of a second for a small cluster, and
    /// seconds for the largest.
    static func make(_ model: ClusterModel, _ request: BalanceRequest, stepsMax: Int) -> BalanceResult {
        var after = model
        for _ in 0..<roundsMax {
            let relocations = ordered(after, request, stepsMax)
            for relocation in relocations { after.domains[relocation.domain].home = relocation.target }
            if relocations.isEmpty || request.migrationsMax != nil { break }
        }
        return BalanceResult(model, after, request)
    }

    /// Looks again from where the migrations lead: what is found from there is worth as much as from here.
    private static let roundsMax = 8
    /// How often another set is looked for when one may need detours, or fewer migrations may do.
    private static let attemptsMax = 3
    /// Up to so many units one look more costs next to nothing.
    private static let unitsOfSmall = 100
    private static let attemptsOfSmall = 4

    /// A set that a search has found.
    private struct Found {
        let relocations: [Relocation]
        let level: Double
        let isOrderable: Bool

        /// Whether it lowers as much with fewer migrations, or with as many that need no detours.
        func isBetter(than other: Found) -> Bool {
            guard level <= other.level else { return false }
            return relocations.count < other.relocations.count
                || relocations.count == other.relocations.count && isOrderable && !other.isOrderable
        }
    }

    /// The best of a few sets, one for each seed: to the target the fewest, and of as many the first of which every
    /// migration fits at some time, one after the other.
    private static func ordered(_ model: ClusterModel, _ request: BalanceRequest, _ stepsMax: Int) -> [Relocation] {
        let problem = BalanceProblem(model)
        let isSmall = problem.units.count <= unitsOfSmall
        let least = request.goal == .target && isSmall ? problem.migrationsMin(to: request.target) : .max
        var best: Found?
        for attempt in 0..<(isSmall ? attemptsOfSmall : attemptsMax) {
            var search = BalanceSearch(problem, seed: request.seed &+ UInt64(attempt), stepsMax: stepsMax)
            let relocations = problem.relocations(to: search.places(request))
            let found = Found(
                relocations: relocations,
                level: max(search.layout.level, request.goal == .target ? request.target : 0),
                isOrderable: isOrderable(relocations, model))
            if best.map(found.isBetter) ?? true { best = found }
            guard let best, best.isOrderable else { continue }
            if best.relocations.count <= least || best.level > request.target { break }
        }
        return best?.relocations ?? []
    }

    /// Whether all fit one after the other, each as soon as it does.
    private static func isOrderable(_ relocations: [Relocation], _ model: ClusterModel) -> Bool {
        var occupancy = Occupancy(model)
        var waiting = relocations
        while true {
            let count = waiting.count
            waiting.removeAll { relocation in
                guard occupancy.fits(relocation.domain, on: relocation.target) else { return false }
                occupancy.arrive(relocation.domain, on: relocation.target)
                occupancy.depart(relocation.domain, from: relocation.source)
                return true
            }
            if waiting.isEmpty { return true }
            if waiting.count == count { return false }
        }
    }
}
