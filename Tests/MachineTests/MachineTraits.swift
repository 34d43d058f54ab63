import EndToEnd
import Testing

/// Brings the machine lab up before the suite, and takes it down after it, whatever the tests made of it.
struct MachinesTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Machines.program.removeStale()
        do {
            // From nothing, with an image to make and two machines to boot.
            try await Machines.program.run(["up", "\(Machines.nodes.count)"], seconds: 1_200)
            try await function()
        } catch {
            try await Machines.lab("down")
            throw error
        }
        try await Machines.lab("down")
    }
}

extension Trait where Self == MachinesTrait {
    static var onMachines: Self { Self() }
}

/// All tests on the machine lab, one after the other: they share its nodes and its store. Under CI=true a lab that
/// cannot start is a failure.
@Suite(
    .serialized, .onMachines,
    .enabled(
        if: Program.isRoot || Program.inherited("CI") == "true",
        "the lab makes network namespaces and needs root; run the tests as root"))
enum OnMachines {}
