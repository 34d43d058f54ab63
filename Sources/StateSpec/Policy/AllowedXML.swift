/// All elements and attributes of a domain's XML that are known to be harmless, by the schema of libvirt 9.0 and what
/// later ones have added, each with what it may say. `AllowedReader` has the notation. What is not here is refused.
enum AllowedXML {
    /// `<domain>`.
    static let domain: AllowedElement = read(tables).elements["domain"] ?? AllowedElement()

    /// Children that several elements have.
    static let groups: [String: AllowedElement] = read(tables).elements

    private static let tables = [machine, resources, features, devices, storage, network, characters, graphics, parts]

    private static func read(_ tables: [String]) -> (elements: [String: AllowedElement], groups: [String]) {
        var reader = AllowedReader(tables.joined(separator: "\n"))
        do {
            let read = try reader.children(at: 0)
            precondition(reader.isAtEnd, "a line of the table of harmless XML is indented wrongly")
            return read
        } catch {
            preconditionFailure("the table of harmless XML cannot be read: \(error.line)")
        }
    }

    /// What may stand in an element under a name.
    static func child(_ name: String, of element: AllowedElement) -> AllowedElement? {
        if let child = element.children[name] { return child }
        for group in element.groups {
            if let child = groups[group].flatMap({ self.child(name, of: $0) }) { return child }
        }
        return nil
    }

    // MARK: - The machine

    private static let machine = """
        domain type:domain-type id &resources &features &devices
          name,uuid,hwuuid,genid,title,description #
          metadata **
          cpu mode match check migratable deprecated_features
            model # fallback vendor_id
            vendor #
            topology sockets dies clusters cores threads
            feature policy name
            numa
              cell id cpus memory unit memAccess discard
                distances
                  sibling id value
                cache level associativity policy
                  size,line value unit
              interconnects
                latency initiator target cache type value
                bandwidth initiator target cache type value unit
            cache level mode
            maxphysaddr mode bits limit
          sysinfo type
            bios,system,baseBoard,chassis,oemStrings
              entry # name
            entry # name file!sysinfo-file
          os firmware
            type #=hvm arch:architecture machine
            firmware
              feature enabled name
            loader #:firmware type readonly:read-only secure stateless
            nvram #:nvram template:firmware type:disk-type &source
            kernel,initrd,dtb #:boot
            cmdline #
            boot dev
            bootmenu enable timeout
            smbios mode=emulate|sysinfo!host-identity
            bios useserial rebootTimeout
            acpi
              table #:boot type
            init,initarg,initenv,initdir,inituser,initgroup,root!containers **
          clock offset adjustment timezone basis start
            timer name track tickpolicy frequency mode present
              catchup threshold slew limit
          on_poweroff,on_reboot #
          on_crash #=destroy|restart|preserve|rename-restart!coredump
          on_lockfailure #=poweroff|restart|pause!ignore-lockfailure
          pm
            suspend-to-mem,suspend-to-disk enabled
          perf
            event name enabled
          idmap!containers **
          keywrap
            cipher name state
          launchSecurity type kernelHashes
            cbitpos,reducedPhysBits,policy,handle,dhCert,session #
          seclabel type=dynamic!seclabel model=selinux|apparmor|dac!seclabel relabel=yes!seclabel
            label,baselabel,imagelabel!seclabel #
        """

    private static let resources = """
        resources
          memory,maxMemory,currentMemory # unit dumpCore slots
          memoryBacking
            hugepages
              page size unit nodeset
            nosharepages,discard
            locked!host-tuning
            source type
            access mode
            allocation mode threads
          vcpu # placement cpuset current
          vcpus
            vcpu id enabled hotpluggable order
          iothreads #
          iothreadids
            iothread id thread_pool_min thread_pool_max
              poll max grow shrink
          defaultiothread thread_pool_min thread_pool_max
          blkiotune
            weight #
            device
              path,weight,read_iops_sec,write_iops_sec,read_bytes_sec,write_bytes_sec #
          memtune
            hard_limit,soft_limit,min_guarantee,swap_hard_limit # unit
          cputune
            shares,global_period,global_quota,period,quota #
            emulator_period,emulator_quota,iothread_period,iothread_quota #
            vcpupin vcpu cpuset
            emulatorpin cpuset
            iothreadpin iothread cpuset
            vcpusched,iothreadsched,emulatorsched!host-tuning vcpus iothreads scheduler priority
            cachetune,memorytune!host-tuning **
          numatune
            memory mode placement nodeset
            memnode cellid mode nodeset
          resource
            partition #=/machine!partition
            fibrechannel!partition appid
        """

    private static let features = """
        features
          features
            pae,viridian,acpi
            apic eoi
            hap,pvspinlock,pmu,vmport,vmcoreinfo,htm,nested-hv,ccf-assist,ras,ps2,aia state
            async-teardown enabled
            hyperv mode
              relaxed,vapic,vpindex,runtime,synic,reset,frequencies,reenlightenment state
              tlbflush,ipi,evmcs,avic,emsr_bitmap,xmm_input state
              spinlocks state retries
              stimer state
                direct state
              vendor_id state value
            kvm
              hidden,hint-dedicated,poll-control,pv-ipi state
              dirty-ring state size
            gic version
            smm state
              tseg # unit
            ioapic driver
            hpt resizing
              maxpagesize # unit
            msrs unknown
            cfpc,sbbc,ibs value
            tcg
              tb-cache # unit
            capabilities,privnet!containers **
        """
}
