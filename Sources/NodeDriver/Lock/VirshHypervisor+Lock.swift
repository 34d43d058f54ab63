public import Reconciler
public import StateSpec

extension VirshHypervisor {
    /// Takes the lock in a session of its own and keeps it alive until it is released.
    public func lock(_ node: NodeSpec, holder: LockHolder) async throws(LockError) -> any NodeLock {
        let token = ScanToken()
        let input = "\(token.text)\n\(holder.cluster)\n\(timing.heartbeatMax.count)\n\(HolderText.text(holder))\n"
        let since = clock.monotonicMilliseconds()
        let session: any NodeSession
        do throws(NodeError) {
            session = try await transport.open(
                NodeRequest(script: LockScript.script, input: Array(input.utf8), deadline: timing.connect.duration),
                on: node.ssh)
        } catch {
            throw .node(error)
        }
        let known: Epoch
        do throws(LockError) {
            known = try await demand(session, token, holder.cluster)
        } catch {
            await session.close()
            throw error
        }
        let pulse = Pulse(session: session, token: token, clock: clock, since: since, timing: timing)
        return HeldLock(pulse, known: known, executor: executor)
    }

    /// Reads what the script answers; returns the epoch that the node knows if that is `locked`.
    private func demand(
        _ session: any NodeSession, _ token: ScanToken, _ cluster: ClusterName
    ) async throws(LockError) -> Epoch {
        let end = clock.monotonicMilliseconds() + timing.lock.milliseconds
        var answer: String?
        var others: [[UInt8]] = []
        do throws(NodeError) {
            while true {
                let left = Duration.milliseconds(max(0, end - clock.monotonicMilliseconds()))
                guard let line = try await session.readLine(deadline: left) else { break }
                if line.starts(with: token.bytes) {
                    answer = ByteText.string(line.dropFirst(token.bytes.count + 1))
                    if answer != "held" { break }
                    others = []
                } else if others.count < 100 {
                    // Before the answer this is noise of a login shell, after `held` the holder.
                    others.append(line)
                }
            }
        } catch {
            throw .node(error)
        }
        if let answer, answer.hasPrefix("locked "), let number = Int64(answer.dropFirst(7)), let epoch = Epoch(number) {
            return epoch
        }
        switch answer {
        case "end", "held": throw .held(by: HolderText.parse(others, cluster: cluster))
        case let reason?:
            throw .node(.refused(GuardedReply.explanation(of: reason)))
        case nil: throw .node(.unreadable("the session ended without an answer about the lock"))
        }
    }
}
