import GitSource
import Reconciler
import StateSpec

extension GitCommits: RuleHistory {
    /// Few are ever shown; a plan that blames more has one cause.
    private static let linesMax = 20
    /// As many as are read within a second where the cluster is large, and history's end where it is small.
    private static let commitsMax = 1_000

    func commits(
        thatBrought lines: [StateSpec.Place], in commit: ObjectID
    ) throws(DesiredSourceError) -> [StateSpec.Place: ObjectID] {
        try translate { repository throws(GitError) in
            var budget = HistoryBudget(commits: Self.commitsMax)
            var found: [StateSpec.Place: ObjectID] = [:]
            for line in lines.prefix(Self.linesMax) {
                let path = pathInRepository(line.file)
                guard let text = try repository.contents(of: path, at: commit),
                    let rule = YAMLRule.at(line: line.line, in: text)
                else { continue }
                found[line] = try repository.origin(of: path, in: commit, budget: &budget) { older in
                    YAMLRule.of(rule.key, in: older)?.bytes
                }
            }
            return found
        }
    }
}
