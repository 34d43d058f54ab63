import ChildProcess
import Glibc

/// A request that runs a script by sh.
func shell(
    _ script: String, input: [UInt8] = [], deadline: Duration = .seconds(30), outputBytesMax: Int = 1 << 20
) -> ChildRequest {
    ChildRequest(
        executable: "sh", arguments: ["-c", script], input: input, deadline: deadline, outputBytesMax: outputBytesMax)
}

/// How many descriptors this process has open.
func openDescriptors() -> Int {
    (0..<4096).count { fcntl(Int32($0), F_GETFD) >= 0 }
}

/// Waits until a process is gone; false if it is still there after some seconds.
func isGone(_ pid: Int32) async throws -> Bool {
    for _ in 0..<300 {
        if kill(pid, 0) != 0 { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}

/// The number in the first line of some output.
func number(in bytes: [UInt8]) throws -> Int32 {
    struct NoNumber: Error {}
    let line = bytes.prefix { $0 != 0x0A }
    guard let number = Int32(String(decoding: line, as: UTF8.self)) else { throw NoNumber() }
    return number
}
