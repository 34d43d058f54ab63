import GitSource
import Reconciler
import StateSpec

extension GitCommits {
    /// Files of the branch's tip, for a command that may make the first commit.
    ///
    /// - Parameter isOffline: whether a remote is left alone, and its mirror taken as it is.
    func filesToAddTo(isOffline: Bool) async throws -> SpecTree {
        guard let tip = try await tipToAddTo(isOffline: isOffline) else { return SpecTree(files: []) }
        let repository = try open()
        guard try repository.hasFolder(path, at: tip) else { return SpecTree(files: []) }
        return try repository.tree(at: tip, path: path, limits: SpecLimits())
    }

    /// Nil where the branch waits for its first commit.
    private func tipToAddTo(isOffline: Bool) async throws -> ObjectID? {
        switch place {
        case .local: return try open().tip(of: try branchToWrite())
        case .mirror(let mirror, let branch):
            if !isOffline {
                if try await mirror.fetchUnlessEmpty(branch: branch, deadline: fetchTimeout) == .isEmpty { return nil }
                for note in await refresh() { Terminal.note("havirt: \(note)") }
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
