import EndToEnd

/// A havirt that runs beside the test, which may kill it or stop it in its tracks.
struct RunningHavirt {
    private let pid: Int32
    private let run: Task<Ran, any Error>

    init(pid: Int32, run: Task<Ran, any Error>) {
        self.pid = pid
        self.run = run
    }

    /// As a power cut would: it can say and write nothing more.
    func kill() async throws {
        Program.send(.kill, to: pid)
        _ = try await run.value
    }

    /// As by ^C.
    func interrupt() { Program.send(.interrupt, to: pid) }

    /// As if its machine slept.
    func sleep() { Program.send(.stop, to: pid) }
    func wake() { Program.send(.goOn, to: pid) }

    /// What it left behind, once it has ended.
    func ended() async throws -> Ran { try await run.value }
}
