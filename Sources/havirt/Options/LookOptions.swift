import ArgumentParser
import Reconciler

/// What every command takes that shows one object: where to look.
struct LookOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("A saved scan instead of asking the nodes.", valueName: "file"),
        completion: .file())
    var observed: String?

    @Flag(name: .long, help: "Ask no node: show what earlier rounds have recorded.")
    var recorded = false

    @Option(name: .long, help: "How to print it.")
    var format = PlanFormat.text

    func validate() throws {
        if recorded && observed != nil { throw ValidationError("--recorded and --observed exclude each other") }
    }

    /// What is wished, seen and planned; notes about the commit are printed.
    func plan(_ wiring: Wiring) async throws -> Round.Planned {
        let planned = try await Planning(wiring: wiring).run(observed)
        Report.notes(planned.loaded)
        return planned
    }
}
