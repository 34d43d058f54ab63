internal import ChildProcess

extension Mirror {
    /// What a remote has.
    public enum Contents: Equatable, Sendable {
        /// The branch, which was fetched.
        case branch
        /// No branch at all: it waits for its first commit.
        case isEmpty
    }

    /// Fetches, and tells a remote that has no branch yet from one that cannot be fetched from.
    public func fetchUnlessEmpty(branch: BranchName, deadline: Duration) async throws(MirrorError) -> Contents {
        do throws(MirrorError) {
            _ = try await fetch(branch: branch, deadline: deadline)
            return .branch
        } catch {
            // A fetch fails with one status for every cause, and its words are for people.
            guard case .fetchFailed = error, await hasNoBranch(branch, deadline) else { throw error }
            return .isEmpty
        }
    }

    private func hasNoBranch(_ branch: BranchName, _ deadline: Duration) async -> Bool {
        let arguments = ["-c", "core.hooksPath=/dev/null", "ls-remote", "--exit-code", "--heads", "--", remote.text]
        do throws(MirrorError) {
            let result = try await result(arguments, .now + deadline, deadline, MirrorRecord(self, branch))
            // By git-ls-remote(1): it was reached, and has none.
            return result.exit == .code(2)
        } catch {
            // Not known to be empty; the error of the fetch says what is wrong.
            return false
        }
    }
}
