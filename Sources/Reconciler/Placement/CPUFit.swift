import StateSpec

/// Whether a domain can be migrated live to a node as far as its CPU goes.
enum CPUFit: Hashable {
    /// It can.
    case fits
    /// Nobody knows before it is tried; libvirt compares when the target prepares, and a refusal there harms nothing.
    case unknown
    /// It cannot.
    case refused(CPUGap)
}

/// What makes a node's CPU unfit for a running domain.
enum CPUGap: Hashable, Comparable {
    /// It lacks a feature.
    case feature(String)
    /// It is of another vendor than the one demanded.
    case vendor(String)
    /// It is not the CPU that the domain was given whole.
    case different
    /// It is not known to be the CPU that the domain was given whole, and nothing would check that.
    case notComparable
}

/// What a running domain needs of the CPU of any node that it is to be migrated to.
///
/// libvirt says of a host CPU the richest model that it has whole, and the features beyond; and of a running domain the
/// model and the features that it was given (`host-model` is written out as such). What a model consists of is known to
/// libvirt alone, so two models cannot be compared by name. A CPU that is passed through is checked by nobody: libvirt
/// cannot, and QEMU goes on with a guest that meets another CPU than it started on.
struct CPUNeed: Hashable {
    /// A node's CPU.
    struct Host: Hashable {
        let model: String?
        let cpu: ObservedCPU?
    }

    /// What the domain runs on.
    let cpu: DomainCPU
    /// The CPU of the node where it runs.
    let source: Host

    /// Nil for a domain whose CPU is emulated, and hence depends on no host's.
    init?(_ definition: DomainDefinition, source: Host) {
        guard definition.type == "kvm", let cpu = definition.cpu else { return nil }
        self.cpu = cpu
        self.source = source
    }

    func fit(on target: Host) -> CPUFit {
        if let model = source.model, let cpu = source.cpu, target.model == model, target.cpu == cpu { return .fits }
        switch cpu.mode {
        case "host-passthrough", "maximum": return passedThrough(to: target)
        default: return named(on: target)
        }
    }

    private func passedThrough(to target: Host) -> CPUFit {
        guard source.model != nil, source.cpu != nil, target.model != nil, target.cpu != nil else {
            return .refused(.notComparable)
        }
        return .refused(.different)
    }

    private func named(on target: Host) -> CPUFit {
        if let vendor = cpu.vendor, let other = target.cpu?.vendor, other != vendor { return .refused(.vendor(vendor)) }
        guard let model = target.model, let has = target.cpu?.features else { return .unknown }
        let lacking = cpu.required.filter { !has.contains($0) }
        guard model == source.model, let had = source.cpu?.features else {
            return cpu.model == model && lacking.isEmpty ? .fits : .unknown
        }
        if had.allSatisfy(has.contains) { return .fits }
        // Of one model, they differ by the features beyond it. What the source has not either is part of the model, or
        // made by KVM.
        let lost = lacking.filter(had.contains)
        if let feature = lost.first(where: { !Self.emulated.contains($0) }) { return .refused(.feature(feature)) }
        return cpu.model == model && lost.isEmpty ? .fits : .unknown
    }

    /// What KVM gives a guest whether the host CPU has it or not.
    private static let emulated: Set<String> = [
        "arat", "arch-capabilities", "hypervisor", "tsc-deadline", "tsc_adjust", "umip", "x2apic",
    ]
}
