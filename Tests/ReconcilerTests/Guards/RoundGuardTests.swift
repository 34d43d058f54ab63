import Testing

@testable import Reconciler

/// Each guard that decides while a round acts is good for something: without it a story ends badly.
@Suite struct RoundGuardTests {
    @Test(arguments: RoundGuards.all) func withItNoHarmIsDone(_ row: RoundGuards) async throws {
        #expect(try await row.harm() == [])
    }

    @Test(arguments: RoundGuards.all) func withoutItHarmIsDone(_ row: RoundGuards) async throws {
        let harm = try await Guard.$off.withValue(Set(row.off)) { try await row.harm() }
        #expect(!harm.isEmpty)
    }

    /// Else the pair would say nothing about one of the two.
    @Test(arguments: RoundGuards.all.filter { $0.off.count > 1 })
    func ofAPairEachCoversForTheOther(_ row: RoundGuards) async throws {
        for one in row.off {
            let harm = try await Guard.$off.withValue([one]) { try await row.harm() }
            #expect(harm == [], "\(one) alone")
        }
    }
}

extension RoundGuards: CustomTestStringConvertible {
    var testDescription: String { "\(off.map(\.rawValue).joined(separator: "+")): \(name)" }
}
