import Testing

@testable import Reconciler

/// Group rules: none may be broken more than it is.
struct BalanceRuleTests {
    /// Equal domains of 10, at these homes among so many nodes of 100.
    private func model(_ homes: [Int], nodes: Int) -> ClusterModel {
        ClusterModel(
            nodes: (0..<nodes).map { _ in ClusterModel.Node(memory: 100, vcpus: 100) },
            domains: homes.map {
                ClusterModel.Domain(memory: 10, vcpus: 10, home: $0, canMove: true, admission: 0)
            }, admissions: [.all(of: nodes)], groupCount: 1)
    }

    private func relocations(_ model: ClusterModel) -> [Relocation] {
        var request = BalanceRequest()
        request.goal = .best
        return Balance.make(model, request).relocations
    }

    @Test(arguments: [false, true]) func apartStaysApart(isSoft: Bool) {
        let rule = isSoft ? \ClusterModel.Domain.apartSoft : \.apart
        var model = model([0, 0, 1], nodes: 2)
        // Three on two nodes: the lone one must not be joined; nothing else would gain.
        for domain in model.domains.indices { model.domains[domain][keyPath: rule] = [0] }
        model.domains.append(model.domains[0])
        model.domains[3][keyPath: rule] = []
        #expect(relocations(model).map(\.domain) == [3])
        model.domains[3][keyPath: rule] = [0]
        #expect(relocations(model) == [])
    }

    @Test func fromABrokenRuleOneMayLeave() {
        var model = model([0, 0], nodes: 2)
        model.domains[0].apart = [0]
        model.domains[1].apart = [0]
        #expect(relocations(model).count == 1)
    }

    @Test func apartFromWhatStays() {
        var model = model([0, 0, 1], nodes: 3)
        model.domains[2].canMove = false
        for domain in [0, 1, 2] { model.domains[domain].apart = [0] }
        #expect(relocations(model).map(\.target) == [2])
    }

    @Test(arguments: [false, true]) func togetherMovesAsOne(isSoft: Bool) {
        let rule = isSoft ? \ClusterModel.Domain.togetherSoft : \.together
        var model = model([0, 0, 0, 0], nodes: 2)
        for domain in [1, 3] { model.domains[domain][keyPath: rule] = [0] }
        let moved = relocations(model)
        #expect(moved.count == 2)
        #expect(moved.map(\.domain) == [0, 2] || moved.map(\.domain) == [1, 3])
        model.domains[0].canMove = false
        model.domains[2].canMove = false
        #expect(relocations(model).map(\.domain) == [1, 3])
        model.domains[3].canMove = false
        #expect(relocations(model) == [])
    }

    @Test func whatIsTornApartStays() {
        var model = model([0, 0, 0, 1], nodes: 2)
        model.domains[2].together = [0]
        model.domains[3].together = [0]
        #expect(relocations(model).map(\.domain) == [0])
        model.domains[0].together = [0]
        model.domains[1].together = [0]
        #expect(relocations(model) == [])
    }

    /// A soft group on two nodes may gather, and not go to a third.
    @Test func aSoftGroupSpreadsNoFurther() {
        var model = model([0, 0, 0, 1], nodes: 3)
        #expect(relocations(model).map(\.target) == [2])
        for domain in model.domains.indices { model.domains[domain].togetherSoft = [0] }
        #expect(relocations(model).map(\.target) == [1])
    }

    @Test func whoMustBeApartAndTogetherStays() {
        var model = model([0, 0], nodes: 2)
        for domain in [0, 1] {
            model.domains[domain].apart = [0]
            model.domains[domain].together = [0]
        }
        #expect(relocations(model) == [])
    }
}
