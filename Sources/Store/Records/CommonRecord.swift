import Reconciler

/// What `recollection.yaml` keeps: what belongs to no node and no domain alone.
struct CommonRecord: Equatable, Sendable {
    /// The newest commit that any node, or we, remember as applied.
    var applied: AppliedCommit?
    /// Starts that failed lately.
    var failures: [StartFailure] = []
    /// What our rounds know of epochs.
    var epochs: EpochRecord?
}
