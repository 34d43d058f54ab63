public import StateSpec

/// Who acts, on what, and within which limits.
public struct ExecutorSettings: Sendable {
    /// The run.
    public var run: RunID
    /// The epoch that all its commands bear.
    public var epoch: Epoch
    /// The commit that is applied; nil never acts.
    public var commit: ObjectID
    /// How long to wait between two looks for an effect, at first and at most, in milliseconds.
    public var pauseMilliseconds: ClosedRange<Int64> = 500...5_000
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

    /// How long to wait for the next look when `waited` milliseconds have passed. Each look is a scan of its node, so
    /// what takes long is looked at rarely: at a tenth of its age it is seen at most that much too late.
    func pause(after waited: Int64) -> Duration {
        .milliseconds(min(max(waited / 10, pauseMilliseconds.lowerBound), pauseMilliseconds.upperBound))
    }
}
