import GitSource
import Reconciler
import StateSpec

extension GitCommits {
    /// What a command builds on that may make the first commit: the branch's tip, nil where there is none yet, and its
    /// files.
    ///
    /// - Parameter isOffline: whether a remote is left alone, and its mirror taken as it is.
    func ground(isOffline: Bool) async throws -> (tip: ObjectID?, tree: SpecTree) {
        guard let tip = try await tipToAddTo(isOffline: isOffline) else { return (nil, SpecTree(files: [])) }
        if case .failure(let fault) = try await signatures?.judge(tip, as: .new) {
            throw Failure("commit \(tip.short) is not built upon: it \(fault.message) (\(fault.hint))")
        }
        let repository = try open()
        guard try repository.hasFolder(path, at: tip) else { return (tip, SpecTree(files: [])) }
        return (tip, try repository.tree(at: tip, path: path, limits: SpecLimits()))
    }

    /// Refuses to go on beside what was applied to the nodes: they would refuse the commit (rule S8).
    func demandDescent(_ tip: ObjectID?, from applied: [AppliedCommit], of cluster: ClusterName) throws {
        for older in applied {
            if let tip, try isDescendant(tip, of: older.commit) { continue }
            throw Failure(
                "commit \(older.commit.short) of a cluster called \(cluster) was applied to these nodes at \(older.at), and"
                    + " \(tip.map { "the tip \($0.short) does not follow from it" } ?? "this repository is empty"): go on in the"
                    + " repository that has it. If it is lost, havirt on the nodes has to forget it: remove"
                    + " /var/lib/havirt/\(cluster) there while nothing of havirt runs")
        }
    }

    /// Nil where the branch waits for its first commit.
    private func tipToAddTo(isOffline: Bool) async throws -> ObjectID? {
        switch place {
        case .local: return try open().tip(of: try branchToWrite())
        case .mirror(let mirror, let branch):
            if !isOffline {
                if try await mirror.fetchUnlessEmpty(branch: branch, deadline: fetchTimeout) == .isEmpty { return nil }
                for note in await refresh() { Terminal.note("havirt: \(note)") }
            } else if mirror.lastFetch(of: branch) == nil {
                throw Failure("the remote was never fetched here, so there is nothing to build on: leave --offline out")
            }
            return try tip()
        }
    }

    /// What a cluster is called that nobody has named: as its repository is.
    var clusterName: ClusterName? {
        let text =
            switch place {
            case .local(let directory, _): directory
            case .mirror(let mirror, _): mirror.remote.text
            }
        let last = text.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? ""
        do throws(NameError) {
            return try ClusterName(last.hasSuffix(".git") ? String(last.dropLast(4)) : last)
        } catch {
            return nil
        }
    }
}
