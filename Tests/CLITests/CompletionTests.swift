import EndToEnd
import Testing

/// Real shells complete real command lines.
@Suite("completion in shells")
struct CompletionTests {
    /// A playground whose settings name the office, and in which whoever asks a node or a remote leaves a trace.
    private func office() async throws -> (Playground, Program) {
        let playground = try await Playground()
        for tool in ["ssh", "git"] {
            try playground.folder.write("bin/\(tool)", "#!/bin/sh\ntouch \(playground.folder.path)/asked\nexit 1\n")
            _ = try await playground.program.run(["chmod", "+x", "bin/\(tool)"])
        }
        var program = playground.program
        let path = program.environment["PATH"] ?? ""
        program.environment["PATH"] = "\(playground.folder.path)/bin:\(path)"
        program.environment["HAVIRT_CONFIG"] = "settings/good"
        return (playground, program)
    }

    /// What bash offers for the last of these words.
    private func bash(_ program: Program, _ words: [String]) async throws -> Ran {
        let script = """
            source <(havirt --generate-completion-script bash)
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMP_TYPE=9 COMP_KEY=9
            function=$(complete -p havirt | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
            COMPREPLY=()
            "$function" havirt "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        return try await program.run(["bash", "-c", script, "bash"] + words)
    }

    @Test("bash offers names of domains and nodes, asks nobody, and writes nothing else")
    func inBash() async throws {
        let (playground, program) = try await office()
        let cases: [([String], [String])] = [
            (["havirt", "domain", "start", "w"], ["wiki"]),
            (["havirt", "domain", "start", "wiki", "p"], ["pine"]),
            (["havirt", "node", "maintenanceon", ""], ["oak", "pine"]),
            (["havirt", "node", "maintenanceon", "oak", "p"], ["pine"]),
            (["havirt", "why", "ma"], ["mail"]),
            (["havirt", "history", "--domain", "sc"], ["scanner"]),
            (["havirt", "history", "--node", ""], ["oak", "pine"]),
            (["havirt", "domain", "start", "--repo", "shop", "--branch", "main", "ca"], ["cache1", "cache2"]),
            (["havirt", "domain", "start", "zz"], []),
            (["havirt", "domain", "mig"], ["migrate"]),
        ]
        for (words, offered) in cases {
            let ran = try await bash(program, words)
            let lines = ran.lines.filter { !$0.isEmpty && !$0.hasPrefix("-") }
            #expect(lines.sorted() == offered && ran.errors.isEmpty && ran.status == 0, "\(words): \(ran)")
        }
        #expect(!playground.folder.has("asked"))
    }

    @Test("what cannot be read offers nothing, and says nothing")
    func broken() async throws {
        let (playground, office) = try await office()
        var program = office
        for config in ["settings/unknown-key", "settings/missing", "settings/no-branch", "settings/empty"] {
            program.environment["HAVIRT_CONFIG"] = config
            let ran = try await bash(program, ["havirt", "domain", "start", "w"])
            #expect(ran.output == "\n" && ran.errors.isEmpty, "\(config): \(ran)")
        }
        #expect(!playground.folder.has("asked"))
    }

    @Test("a file whose name is no domain's is not offered, whatever a shell would make of it")
    func hostile() async throws {
        let (playground, program) = try await office()
        let office = try await TestRepository(at: playground.folder.path + "/office")
        for name in ["w$(touch pwned)", "w;touch pwned", "w x", "w'", "-w", "w\\n"] {
            try office.write("cluster.d/domains/\(name).xml", "<domain/>")
        }
        try await office.commit("hostile")
        let ran = try await bash(program, ["havirt", "domain", "start", "w"])
        #expect(ran.lines == ["wiki"] && ran.errors.isEmpty, "\(ran)")
        #expect(!playground.folder.has("pwned"))
    }

    @Test("fish completes the word at a terminal", .enabled(if: Program.has("fish"), "fish is not installed"))
    func inFish() async throws {
        let (playground, program) = try await office()
        // fish completes nothing without a terminal; `script` makes one.
        let script = #"""
            havirt --generate-completion-script fish >havirt.fish || exit 1
            shows () { for _ in {1..300}; do grep -q "$1" screen && return; sleep 0.1; done; cat -v screen; exit 1; }
            mkfifo keys && : >screen
            start='source havirt.fish; function fish_prompt; echo READY; end'
            TERM=dumb script -qfec "fish --no-config --init-command '$start'" screen <keys >/dev/null &
            exec 3>keys
            shows READY
            printf 'havirt domain start w\t' >&3
            shows 'start wiki'
            kill %1
            wait
            exit 0
            """#
        let ran = try await program.run(["bash", "-c", script], seconds: 90)
        #expect(ran.status == 0, "\(ran)")
        #expect(!playground.folder.has("asked"))
    }

    @Test("zsh completes the word at a terminal", .enabled(if: Program.has("zsh"), "zsh is not installed"))
    func inZsh() async throws {
        let (playground, program) = try await office()
        let script = """
            mkdir -p functions && havirt --generate-completion-script zsh >functions/_havirt || exit 1
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PS1='>' TERM=dumb fpath=($PWD/functions \\$fpath); autoload -U compinit; compinit -u -D"
            zpty -w -n shell $'\(Program.binaries)/havirt domain start w\\t --help\\n'
            zpty -r -m shell line '*domain start wiki *--help*' && print -r -- FOUND
            zpty -d shell
            """
        let ran = try await program.run(["zsh", "-f", "-c", script], seconds: 60)
        #expect(ran.lines.last == "FOUND", "\(ran)")
        #expect(playground.folder.has("functions/_havirt"))
    }
}
