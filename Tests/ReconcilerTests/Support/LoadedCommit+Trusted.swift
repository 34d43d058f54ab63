import StateSpec

@testable import Reconciler

extension LoadedCommit {
    /// What a commit wishes that nobody needs to have signed.
    init(
        desired: DesiredState, commit: ObjectID?, previous: DesiredState? = nil, previousCommit: ObjectID? = nil,
        held: HeldObjects? = nil, findings: [Finding] = [], notes: [String] = []
    ) {
        self.init(
            desired: desired, readable: commit.map { ReadableCommit($0, signer: nil) }, previous: previous,
            previousCommit: previousCommit, held: held, findings: findings, notes: notes)
    }
}
