import StateSpec
import Testing

@testable import Reconciler

@Suite("which CPU a running domain can be moved to")
struct CPUFitTests {
    private static let model = "Skylake-Server"
    private static let source = host(model, "Intel", ["avx512vnni", "ss", "x2apic"])

    private static func host(_ model: String?, _ vendor: String?, _ features: [String]) -> CPUNeed.Host {
        CPUNeed.Host(model: model, cpu: ObservedCPU(vendor: vendor, features: features))
    }

    private func fit(
        _ cpu: DomainCPU, on target: CPUNeed.Host, from source: CPUNeed.Host = CPUFitTests.source, type: String = "kvm"
    ) -> CPUFit? {
        let definition = DomainDefinition(type: type, memory: .gibibytes(1), vcpus: 1, cpu: cpu)
        return CPUNeed(definition, source: source)?.fit(on: target)
    }

    private let guest = DomainCPU(
        mode: "custom", model: model, vendor: "Intel", required: ["avx512vnni", "hypervisor", "x2apic"])

    @Test("an emulated CPU needs none, and what has no CPU says nothing")
    func none() {
        #expect(fit(guest, on: Self.host("EPYC", "AMD", []), type: "qemu") == nil)
        #expect(
            CPUNeed(DomainDefinition(type: "kvm", memory: .gibibytes(1), vcpus: 1), source: Self.source) == nil)
    }

    @Test("the same CPU, or one with more, fits")
    func superset() {
        #expect(fit(guest, on: Self.source) == .fits)
        #expect(fit(guest, on: Self.host(Self.model, "Intel", ["avx512vnni", "md-clear", "ss", "x2apic"])) == .fits)
        let foreign = DomainCPU(mode: "custom", model: "Nehalem", required: ["ss"])
        #expect(fit(foreign, on: Self.host(Self.model, "Intel", ["avx512vnni", "md-clear", "ss", "x2apic"])) == .fits)
    }

    @Test("a feature that was given is missed, and one that was not is not")
    func feature() {
        #expect(fit(guest, on: Self.host(Self.model, "Intel", ["ss", "x2apic"])) == .refused(.feature("avx512vnni")))
        #expect(fit(guest, on: Self.host(Self.model, "Intel", ["avx512vnni", "x2apic"])) == .fits)
        // KVM makes x2apic where there is none, and not everywhere.
        #expect(fit(guest, on: Self.host(Self.model, "Intel", ["avx512vnni", "ss"])) == .unknown)
        // Which features its model has, and whether these are among them, is not known here.
        let foreign = DomainCPU(mode: "custom", model: "Nehalem", required: ["ss"])
        #expect(fit(foreign, on: Self.host(Self.model, "Intel", ["ss", "x2apic"])) == .unknown)
        #expect(fit(foreign, on: Self.host(Self.model, "Intel", ["avx512vnni"])) == .refused(.feature("ss")))
    }

    @Test("of another model only one thing is known: what it has is the domain's own")
    func otherModel() {
        #expect(fit(guest, on: Self.host("Icelake-Server", "Intel", ["ss"])) == .unknown)
        let old = DomainCPU(mode: "custom", model: "Broadwell", required: ["ss"])
        #expect(fit(old, on: Self.host("Broadwell", "Intel", ["ss"])) == .fits)
        #expect(fit(old, on: Self.host("Broadwell", "Intel", [])) == .unknown)
    }

    @Test("another vendor is refused where one is demanded")
    func vendor() {
        #expect(fit(guest, on: Self.host("EPYC", "AMD", ["ss"])) == .refused(.vendor("Intel")))
        #expect(fit(DomainCPU(mode: "custom", model: "qemu64"), on: Self.host("EPYC", "AMD", ["ss"])) == .unknown)
    }

    @Test("what is not known is said so")
    func unknown() {
        let nothing = CPUNeed.Host(model: Self.model, cpu: nil)
        #expect(fit(guest, on: nothing) == .unknown)
        #expect(fit(guest, on: Self.source, from: nothing) == .unknown)
        #expect(fit(guest, on: CPUNeed.Host(model: nil, cpu: Self.source.cpu)) == .unknown)
        let own = DomainCPU(mode: "custom", model: Self.model, required: ["ss"])
        #expect(fit(own, on: Self.source, from: nothing) == .fits)
    }

    @Test(
        "a CPU that is passed through needs its like, and nobody would check",
        arguments: ["host-passthrough", "maximum"])
    func passedThrough(mode: String) {
        let cpu = DomainCPU(mode: mode)
        #expect(fit(cpu, on: Self.source) == .fits)
        #expect(fit(cpu, on: Self.host(Self.model, "Intel", ["avx512vnni", "ss"])) == .refused(.different))
        #expect(fit(cpu, on: Self.host(Self.model, nil, ["avx512vnni", "ss", "x2apic"])) == .refused(.different))
        let nothing = CPUNeed.Host(model: Self.model, cpu: nil)
        #expect(fit(cpu, on: nothing) == .refused(.notComparable))
        #expect(fit(cpu, on: nothing, from: nothing) == .refused(.notComparable))
    }
}
