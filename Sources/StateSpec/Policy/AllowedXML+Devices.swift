extension AllowedXML {
    static let devices = """
        devices
          devices &storage &network &characters &graphics
            emulator #:emulator
            controller type index model ports vectors maxGrantFrames maxEventChannels &device
              master startport
              model name
              target chassisNr chassis port busNr index hotplug memReserve
                node #
              pcihole64 # unit
              driver queues cmd_per_lun max_sectors ioeventfd iothread iommu ats packed page_per_vq
            filesystem!filesystem **
            hostdev!hostdev **
            input type=mouse|tablet|keyboard!input-passthrough bus model &device
              driver iommu ats packed page_per_vq
              source!input-passthrough *
            tpm model &device
              backend type=emulator!tpm version persistent_state debug
                device!tpm path
                encryption!secrets secret
                active_pcr_banks
                  sha1,sha256,sha384,sha512
                source!tpm *
            shmem!shmem **
            memory model=dimm|virtio-mem|sgx-epc!memory-path access discard &device
              uuid #
              source
                pagesize,alignsize # unit
                nodemask #
                path!memory-path #
                pmem
              target
                size,block,requested,current # unit
                node #
                label
                  size # unit
                readonly
                &device
            hub type &device
            redirfilter
              usbdev allow class vendor product version
            rng model &device
              backend #:random model=random|builtin!rng type!rng
                source,protocol,log,reconnect!rng **
              rate bytes period
              driver iommu ats packed page_per_vq
            watchdog model action=none|pause|poweroff|reset|shutdown|inject-nmi!coredump &device
            memballoon model autodeflate freePageReporting &device
              stats period
              driver iommu ats packed page_per_vq
            nvram &device
            panic model &device
            iommu model &device
              driver intremap caching_mode eim iotlb aw_bits
            vsock model &device
              cid auto address
              driver iommu ats packed page_per_vq
            crypto model type &device
              backend model=builtin queues
        """

    /// What every device may have.
    static let parts = """
        device
          alias name
          address *
            zpci *
          acpi index
          boot order loadparm
        """

    static let storage = """
        storage
          disk device=disk|cdrom|floppy!scsi-commands type:disk-type model rawio=no!scsi-commands sgio=filtered!scsi-commands snapshot &device &source &chain
            driver name=qemu type:format cache error_policy rerror_policy io ioeventfd event_idx copy_on_read discard detect_zeroes discard_no_unref iothread queues queue_size iommu ats packed page_per_vq
              metadata_cache
                max_size # unit
              iothreads
                iothread id
                  queue id
            auth,encryption!secrets **
            target dev bus tray removable rotation_rate
            readonly,shareable
            transient shareBacking
            serial,wwn,vendor,product #
            iotune
              total_bytes_sec,read_bytes_sec,write_bytes_sec,total_iops_sec,read_iops_sec,write_iops_sec #
              total_bytes_sec_max,read_bytes_sec_max,write_bytes_sec_max #
              total_iops_sec_max,read_iops_sec_max,write_iops_sec_max,size_iops_sec,group_name #
              total_bytes_sec_max_length,read_bytes_sec_max_length,write_bytes_sec_max_length #
              total_iops_sec_max_length,read_iops_sec_max_length,write_iops_sec_max_length #
            geometry cyls heads secs trans
            blockio logical_block_size physical_block_size discard_granularity
          lease
            lockspace,key #:file-name
            target path:lease offset
        chain
          backingStore type:disk-type index &source &chain
            format type:format
              metadata_cache
                max_size # unit
        source
          source file:disk-file dev:disk-device dir!disk-dir pool:pool volume mode=host|direct protocol:protocol name query tls tlsHostname startupPolicy index type!disk-vhost path!disk-vhost managed!hostdev namespace!hostdev
            host name port transport=tcp|rdma!unix-sockets socket!unix-sockets
            slices
              slice type offset size
            auth,encryption,cookies!secrets **
            config!ceph-config file
            initiator!initiator **
            snapshot name
            readahead size
            timeout seconds
            ssl verify
            reconnect enabled timeout delay
            identity!identity *
            reservations!scsi-commands **
            address!hostdev *
            seclabel!seclabel **
        """

    static let network = """
        network
          interface type:interface-type managed=no!hostdev trustGuestRxFilters=no!virtualport &device
            source network:network bridge:network macTableManager portgroup portid!virtualport *:interface-source
              reconnect enabled timeout delay
              local address port
              address!hostdev *
              ip,route!interface-user *
            virtualport!virtualport **
            link state
            mtu size
            coalesce
              rx
                frames max
            target dev:tap managed!interface-ethernet
            mac address type check
            ip,route!interface-user *
            portForward!interface-user **
            script,downscript!script path
            model type
            backend!interface-backend *
            driver name=qemu|vhost!interface-backend queues rx_queue_size tx_queue_size txmode ioeventfd event_idx iommu ats packed page_per_vq rss rss_hash_report
              host,guest csum gso tso4 tso6 ecn ufo mrg_rxbuf
            filterref filter
              parameter name value
            tune
              sndbuf #
            rom enabled bar file!rom-file
            bandwidth classID
              inbound,outbound average peak floor burst
            vlan!vlan **
            port isolated
            teaming type persistent
        """

    static let characters = """
        characters
          serial,parallel,console,channel,redirdev type:chardev tty:terminal bus &device &character
            target type port name:file-name address state
              model name
          smartcard mode=passthrough!smartcard type:chardev &device &character
            certificate,database!smartcard #
        character
          source *:chardev-source
            reconnect enabled timeout delay
            clipboard copypaste
            mouse mode
            seclabel!seclabel **
          protocol type
          log file!chardev-log append
        """

    static let graphics = """
        graphics
          graphics type=vnc|spice!host-display port autoport websocket tlsPort listen:listen sharePolicy powerControl keymap:keymap passwd passwdValidTo connected defaultMode socket!unix-sockets *!host-display
            listen type=address|none|socket!listen-network address:listen network:network socket!unix-sockets
            gl enable=no!rendernode rendernode!rendernode
            audio id
            channel name mode
            image,jpeg,zlib,playback compression
            streaming mode
            clipboard copypaste
            mouse mode
            filetransfer enable
          video &device
            driver iommu ats packed page_per_vq vgaconf name=qemu!vhost-user
            model type ram vgamem vram64 vram heads primary blob
              acceleration accel3d accel2d rendernode!rendernode
              resolution x y
          sound model multichannel streams &device
            codec type
            audio id
          audio id type=none|spice!audio timerPeriod *!audio
            input,output mixingEngine fixedSettings voices bufferLength *!audio
              settings frequency channels format
        """
}
