import ChildProcess

/// What havirt costs before it does anything, and while it waits.
struct StartBench {
    let havirt: String

    func version() async throws -> [Row] {
        let runs = 21
        var walls: [Double] = []
        let before = Meter.childrenSeconds
        for _ in 0..<runs {
            let start = ContinuousClock.now
            let result = try await runChild(ChildRequest(executable: havirt, arguments: ["--version"]))
            walls.append((ContinuousClock.now - start) / .milliseconds(1))
            guard result.exit == .code(0) else { throw BenchError("havirt --version: \(result.exit)") }
        }
        let cpu = (Meter.childrenSeconds - before) / Double(runs) * 1e3
        return [
            Row("havirt --version", cpu, "ms CPU", limit: 15),
            Row("havirt --version, median", Meter.median(walls), "ms wall", limit: 15),
        ]
    }

    /// The resident memory of a loop that watches, after some rounds.
    func idle(config: String, runtimeDirectory: String, nodes: Int) async throws -> [Row] {
        // The shell tells the pid, which stays the same.
        let script = "echo $$; exec \"$0\" reconcile --every 5s --config \"$1\""
        let loop = try await ChildSession.start(
            ChildRequest(
                executable: "/bin/sh", arguments: ["-c", script, havirt, config],
                environment: ["RUNTIME_DIRECTORY": runtimeDirectory]))
        defer { LiveProcesses(controlFolder: runtimeDirectory + "/ssh").endMasters() }
        guard let line = try await loop.readLine(deadline: .seconds(10)) else { throw BenchError("sh does not start") }
        // The first plan is on the screen when the first round is over.
        guard try await loop.readLine(deadline: .seconds(120)) != nil else {
            let said = String(decoding: await loop.close().errorOutput, as: UTF8.self)
            throw BenchError("the loop ended: \(said)")
        }
        let pid = String(decoding: line, as: UTF8.self)
        // Some of these fall into a round, where the memory is higher for a moment; the loop idles in the others.
        var kibibytes: [Double] = []
        for _ in 0..<20 {
            try await Task.sleep(for: .seconds(1))
            kibibytes.append(try Self.residentKibibytes(pid))
        }
        _ = await loop.close()
        return [Row("memory of the idle loop, \(nodes) nodes", (kibibytes.min() ?? 0) / 1024, "MiB", limit: 40)]
    }

    private static func residentKibibytes(_ pid: String) throws -> Double {
        let status = try FileText.read("/proc/\(pid)/status")
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count > 1, let value = Double(words[1]) { return value }
        }
        throw BenchError("the loop has no memory")
    }
}
