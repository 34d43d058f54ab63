import ArgumentParser
import Reconciler
import StateSpec

struct ClusterValidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "All that is not as it should be, and what would end it.",
        discussion: """
            Scans all nodes, compares them with the commit and with each other, and changes nothing: domains, \
            libvirt networks and bridges, iSCSI sessions and LUNs, ssh keys and configs between nodes, versions, clocks, CPUs, the storage lock. \
            Commands that would end a finding are shown with it, for a person to paste; what `havirt apply` would do is \
            said in words.

            Exits with 0 if nothing stands that is as bad as --fail-on, 2 if something does, 1 if the cluster could not \
            be looked at. `findings:` in cluster.yaml changes the severity of a code or ignores it, but for those that \
            are fixed.

            The columns of tsv: 1 code, 2 severity, 3 object, 4 node, 5 message, 6 hint, 7 fix.

            EXAMPLES
              havirt cluster validate
              havirt cluster validate --only key-missing,ssh-config
              havirt cluster validate --fail-on error --ignore unmanaged
              havirt cluster validate --format junit >validate.xml
              havirt cluster validate --codes        every code with its meaning
              havirt cluster validate --observed scan.json
                                                     a saved scan, no node needed
            """)

    @OptionGroup var global: GlobalOptions

    @Option(name: .long, help: ArgumentHelp("A saved scan instead of asking the nodes.", valueName: "file"))
    var observed: String?

    @Option(name: .long, help: ArgumentHelp("Show only these codes; several with commas.", valueName: "code"))
    var only: [String] = []

    @Option(name: .long, help: ArgumentHelp("Leave these codes out; several with commas.", valueName: "code"))
    var ignore: [String] = []

    @Option(name: .customLong("fail-on"), help: "From which severity on to exit with 2.")
    var failOn = FailOn.warning

    @Flag(name: .long, help: "Show all codes with their meanings.")
    var codes = false

    @Option(name: .long, help: "How to print it: by default a table on a terminal, else tsv.")
    var format: ValidationFormat?

    enum FailOn: String, CaseIterable, ExpressibleByArgument {
        case error, warning, notice

        var severity: Severity {
            switch self {
            case .error: .error
            case .warning: .warning
            case .notice: .notice
            }
        }
    }

    func validate() throws {
        _ = try selection
        if codes, format == .junit { throw ValidationError("--codes is no report: it is not printed as junit") }
    }

    private var selection: CodeSelection {
        get throws {
            CodeSelection(only: try Self.codes(only, "--only"), ignoring: try Self.codes(ignore, "--ignore"))
        }
    }

    func run() async throws {
        if codes { return Terminal.out(try Self.allCodes.render(format?.listFormat)) }
        let wiring = Wiring(settings: try global.settings())
        var planning = Planning(wiring: wiring)
        planning.depth = .crosswise
        let planned = try await planning.run(observed)
        Report.notes(planned.loaded)
        let selection = try selection
        let validation = Validation(
            planned.request, planned.plan, gatedKeys: GateKeyFiles.gated(by: wiring.settings.ssh.keys),
            others: Self.unlimited(wiring.settings)
        ).filtered(selection)
        if !validation.fixedCodes.isEmpty {
            let list = validation.fixedCodes.map(\.rawValue).joined(separator: ", ")
            Terminal.note("havirt: cluster.yaml cannot change the severity of \(list)")
        }
        let report = ValidationReport(
            validation, planned, selection, failOn: failOn.severity, tools: try wiring.tools())
        Terminal.out(try report.render(format ?? (Terminal.isInteractive ? .table : .tsv)))
        // A tip that nobody may use is as bad as anything that is seen on nodes, and is told above.
        if validation.fails(on: failOn.severity) || planned.loaded.held != nil { throw ExitStatus.found }
    }

    /// What the settings leave open.
    private static func unlimited(_ settings: ControllerSettings) -> [Alert] {
        guard settings.xmlPolicy == nil else { return [] }
        return [
            Alert(
                severity: .notice, code: AlertCode.noXMLPolicy.rawValue, subject: "havirt.conf",
                message: "has no `xmlPolicy`: whoever can push may ask anything of a node by a domain's XML",
                hint: "`havirt lint --show-policy` prints the lines that allow what the commit asks for, and no more")
        ]
    }

    /// The codes that words name; a word that is none is an error of usage.
    private static func codes(_ words: [String], _ option: String) throws -> Set<AlertCode> {
        var codes: Set<AlertCode> = []
        for word in words.flatMap({ $0.split(separator: ",").map(String.init) }) {
            guard let code = AlertCode(rawValue: word) else {
                let hint = Suggestion.nearest(to: word, among: AlertCode.allCases.map(\.rawValue))
                throw ValidationError(
                    "\(option): \(Escaped(word)) is no code"
                        + (hint.map { "; did you mean '\($0)'?" } ?? "; `cluster validate --codes` lists them"))
            }
            codes.insert(code)
        }
        return codes
    }

    private static var allCodes: Table {
        Table(
            columns: ["code", "severity", "meaning"],
            rows: AlertCode.allCases.map { code in
                [.text(code.rawValue), .text(code.isFixed ? "fixed" : "may change"), .text(code.meaning)]
            })
    }
}

/// How findings are shown.
enum ValidationFormat: String, CaseIterable, ExpressibleByArgument {
    case table, tsv, json, junit

    /// The same for a listing; nil for one that no listing has.
    var listFormat: ListFormat? { ListFormat(rawValue: rawValue) }
}
