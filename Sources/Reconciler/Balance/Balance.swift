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
    /// How often another set is looked for when one may need detours.
    private static let attemptsMax = 3

    /// The first set found of which every migration fits at some time, one after the other; else the first set found.
    private static func ordered(_ model: ClusterModel, _ request: BalanceRequest, _ stepsMax: Int) -> [Relocation] {
        let problem = BalanceProblem(model)
        var first: (relocations: [Relocation], level: Double)?
        for attempt in 0..<attemptsMax {
            let seed = request.seed &+ UInt64(attempt)
            var search = BalanceSearch(problem, seed: seed, stepsMax: stepsMax)
            let relocations = problem.relocations(to: search.places(request))
            let level = max(search.layout.level, request.goal == .target ? request.target : 0)
            let isAsGood = first.map { level <= $0.level && relocations.count <= $0.relocations.count } ?? true
            if isAsGood && isOrderable(relocations, model) { return relocations }
            first = first ?? (relocations, level)
        }
        return first?.relocations ?? []
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
