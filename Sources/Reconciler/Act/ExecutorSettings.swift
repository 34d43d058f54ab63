public import StateSpec

/// Who acts, on what, and within which limits.
public struct ExecutorSettings: Sendable {
    /// The run.
    public var run: RunID
    /// The epoch that all its commands bear.
    public var epoch: Epoch
    /// The commit that is applied; nil never acts.
    public var commit: ObjectID
    /// How often to look for an effect.
    public var poll = Duration.milliseconds(500)
    /// How old an observation may be when a step begins, in milliseconds.
    public var freshMillisecondsMax: Int64 = 5_000
    /// How long after the scan a command may still begin on its node.
    public var commandLatency = Seconds(30)

    /// Settings with default limits.
    public init(run: RunID, epoch: Epoch, commit: ObjectID) {
        self.run = run
        self.epoch = epoch
        self.commit = commit
    }
}
