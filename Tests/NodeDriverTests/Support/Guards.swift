import Reconciler
import StateSpec
import Testing

/// The epoch with a number.
func epoch(_ number: Int64) throws -> Epoch { try #require(Epoch(number)) }

extension CommandGuard {
    /// The same guard but for what is given.
    func with(
        cluster: ClusterName? = nil, run: RunID? = nil, epoch: Epoch? = nil, boot: DomainUUID? = nil,
        notAfter: Seconds? = nil
    ) -> CommandGuard {
        CommandGuard(
            cluster: cluster ?? self.cluster, run: run ?? self.run, epoch: epoch ?? self.epoch,
            bootID: boot ?? bootID, notAfter: notAfter ?? self.notAfter)
    }
}
