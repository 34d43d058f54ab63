import StateSpec
import Testing

@testable import Reconciler

/// What runs is what was checked, or it is told.
@Suite struct ReadBackTests {
    private let web = Make.domain(1, "web")

    /// What came of starting it, where the node makes something else of the XML.
    private func outcome(_ change: @escaping @Sendable (String) -> String?) async throws -> Outcome {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        lab.with { state in
            state.hook = { moment, state in
                guard case .scan(let node) = moment, let xml = state.world.hosts[node]?.guests[1]?.xml else {
                    return nil
                }
                let text = String(decoding: xml, as: UTF8.self)
                state.world.hosts[node]?.guests[1]?.xml = change(text).map { Array($0.utf8) }
                return nil
            }
        }
        let applied = try await lab.apply()
        #expect(lab.words.count == 1 && lab.world.homes(1).count == 1, "nothing is done to it")
        lab.expectSafe()
        return try #require(applied.outcomes.first)
    }

    @Test func whatIsTheSameIsDone() async throws {
        let outcome = try await outcome { $0 }
        #expect(outcome.isWhole)
    }

    @Test func whatLibvirtAddsIsTheSame() async throws {
        let outcome = try await outcome {
            $0.replacing("</domain>", with: "<seclabel type='dynamic' model='dac' relabel='yes'/></domain>")
        }
        #expect(outcome.isWhole, "\(outcome.text)")
    }

    @Test(arguments: [
        ("type='kvm'", "type='qemu'", "@type is 'qemu' and not 'kvm'"),
        ("</domain>", "<devices><hostdev mode='subsystem' type='usb'/></devices></domain>", "hostdev"),
        (
            "</domain>", "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'/></domain>",
            "q:commandline"
        ),
        ("<name>web</name>", "<name>other</name>", "name is 'other' and not 'web'"),
    ])
    func anythingElseIsTold(old: String, new: String, words: String) async throws {
        let outcome = try await outcome { $0.replacing(old, with: new) }
        #expect(outcome.isDone && !outcome.isWhole)
        #expect(outcome.text.hasPrefix("done, but WHAT RUNS IS NOT WHAT WAS CHECKED: "), "\(outcome.text)")
        #expect(outcome.text.contains(words), "\(outcome.text)")
    }

    @Test func whatCannotBeReadBackIsTold() async throws {
        let unread = try await outcome { _ in nil }
        #expect(unread.text == "done, but its XML could not be read back")
        let broken = try await outcome { _ in "<domain" }
        #expect(broken.text.hasPrefix("done, but its XML could not be compared with what was checked: "))
    }
}
