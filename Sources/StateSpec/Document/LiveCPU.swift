/// The CPU of a running domain is what libvirt made of git's: a model of the host spelled out, features added. It
/// cannot change while the domain runs, so only what git fixes is compared.
enum LiveCPU {
    static func wished(_ wished: DomainElement) -> DomainElement {
        var cpu = isOfHost(wished) ? layout(wished) : settled(wished)
        cpu.mapChildren { child in
            // libvirt settles each of these to required or disabled.
            child.name == "feature" && ["optional", "force"].contains(child["policy"]) ? nil : child
        }
        return cpu
    }

    static func actual(_ actual: DomainElement, _ wished: DomainElement) -> DomainElement {
        isOfHost(wished) ? layout(actual) : settled(actual)
    }

    /// Without how strictly it was to be checked, which is over.
    private static func settled(_ cpu: DomainElement) -> DomainElement {
        var cpu = cpu
        cpu.set("check", nil)
        cpu.change("model") { $0.set("fallback", nil) }
        return cpu
    }

    private static func layout(_ cpu: DomainElement) -> DomainElement {
        var cpu = cpu
        cpu.attributes = []
        cpu.mapChildren { ["topology", "numa"].contains($0.name) ? $0 : nil }
        return cpu
    }

    private static func isOfHost(_ cpu: DomainElement) -> Bool {
        ["host-model", "maximum"].contains(cpu["mode"])
    }
}
