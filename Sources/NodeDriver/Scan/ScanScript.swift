internal import Reconciler

/// The script that looks at a node. It changes nothing there and leaves no file and no process behind.
enum ScanScript {
    /// What reads a request of a depth.
    static func script(_ depth: ScanDepth) -> NodeScript {
        switch depth {
        case .round, .whole: NodeScript(.scan, DeviceUsersScript.text, text, ISCSIScript.text, ending)
        case .crosswise:
            NodeScript(.scan, DeviceUsersScript.text, text, ISCSIScript.text, AccessScript.text, ending)
        }
    }

    private static let ending: StaticString = "\nfinish\n"

    // Two virsh processes at most, and one when the domains are known from the scan before: virsh takes a whole
    // batch as one argument (fed by stdin it would be interactive, echo every line through readline and take nearly
    // twice the CPU). Its output goes straight through; its error output is caught in a variable and framed after
    // it, because virsh exits 0 when a command in the middle of a batch fails.
    //
    // Input: token, cluster, seconds that one virsh may take, the `ScanDepth`; if that is `crosswise`, a line for each
    // peer, and an empty line; then `ask`, or `told` and one line for each domain known (`a` for running, `i` for paused
    // or inactive, a blank, the uuid), and an empty line.
    //
    // Paused domains are not asked for their job: libvirt refuses that on the target of a migration, and the reason of
    // the pause says enough.
    static let text: StaticString = #"""
        set -fu
        export LC_ALL=C PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        unset LIBVIRT_DEBUG LIBVIRT_LOG_FILTERS LIBVIRT_LOG_OUTPUTS VIRSH_DEBUG VIRSH_LOG_FILE
        IFS=' '
        read -r token && read -r cluster && read -r limit && read -r depth || exit 90
        case $token in '' | *[!0-9a-f]*) exit 90 ;; esac
        case $cluster in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac
        case $limit in '' | 0* | *[!0-9]* | ?????*) exit 90 ;; esac
        # Where memory runs out, a guest is not what has to go.
        [ ! -w /proc/self/oom_score_adj ] || echo 1000 2>/dev/null >/proc/self/oom_score_adj
        peers=
        if [ "$depth" = crosswise ]; then
            while read -r peer && [ -n "$peer" ]; do
                case $peer in -* | *[!A-Za-z0-9._:-]*) exit 90 ;; esac
                peers="$peers $peer"
            done
        fi
        read -r mode || exit 90
        hex4='[0-9a-f][0-9a-f][0-9a-f][0-9a-f]'
        mark() { printf '%s:%s/' "$token" "$1"; }
        finish() { mark end; exit 0; }
        if command -v timeout >/dev/null 2>&1; then
            ask() { timeout -k 2 "$limit" virsh -q -c qemu:///system "$1" </dev/null; }
        else
            ask() { virsh -q -c qemu:///system "$1" </dev/null; }
        fi
        errors=
        status=0
        exec 3>&1
        flush() {
            said=$(ask "$batch" 2>&1 >&3 3>&-)
            code=$?
            [ "$code" = 0 ] || status=$code
            errors=$errors$said
            batch=
        }
        section() { batch="$batch;echo $token:$1/;$2"; }

        mark begin
        uid=$(id -u)
        read -r boot </proc/sys/kernel/random/boot_id
        read -r uptime rest </proc/uptime
        read -r name </proc/sys/kernel/hostname
        mark host
        printf '%s\n' "$uid" "$boot" "$uptime" "$(date +%s)" "$name"
        [ "$uid" = 0 ] || finish

        # Commands of havirts that may be under way: the marker is filled, and locked while the command lives. Looked at
        # before libvirt is: a command that ended in between has taken effect by then.
        set +f
        mark inflight
        for file in "/var/lib/havirt/$cluster/inflight"/*; do
            [ -s "$file" ] || continue
            life=ended
            if ! command -v flock >/dev/null 2>&1 || ! flock -n -s "$file" true; then life=alive; fi
            line=
            read -r line <"$file"
            # One that was emptied meanwhile is none; one that still is not, and says nothing, is damaged.
            [ -n "$line" ] || [ -s "$file" ] || continue
            printf '%s %s %s\n' "${file##*/}" "$life" "$line"
        done
        mark seen
        for file in "/var/lib/havirt/$cluster/seen"/*; do
            [ -s "$file" ] && read -r line <"$file" && printf '%s %s\n' "${file##*/}" "$line"
        done
        set -f

        domains=
        if [ "$mode" = told ]; then
            while read -r kind uuid && [ -n "$kind" ]; do domains="$domains $kind$uuid"; done
        else
            list=$(ask 'list --all --uuid;echo active;list --uuid;echo paused;list --uuid --state-paused' 2>&1)
            status=$?
            IFS='
        '
            every=
            active=
            paused=
            kind=i
            for uuid in $list; do
                case $uuid in active*) kind=a uuid=${uuid#active} ;; esac
                case $uuid in paused*) kind=p uuid=${uuid#paused} ;; esac
                case $uuid in
                '') continue ;;
                $hex4$hex4-$hex4-$hex4-$hex4-$hex4$hex4$hex4) ;;
                *) [ "$status" != 0 ] || status=91 ;;
                esac
                case $kind in
                i) every="$every $uuid" ;;
                a) active="$active $uuid" ;;
                p) paused="$paused $uuid" ;;
                esac
            done
            IFS=' '
            if [ "$status" != 0 ]; then
                mark status
                printf '%s\n' "$status"
                mark errors
                printf '%s\n' "$list"
                finish
            fi
            for uuid in $every; do
                case "$paused :$active " in
                *" $uuid "*:*) domains="$domains i$uuid" ;;
                *:*" $uuid "*) domains="$domains a$uuid" ;;
                *) domains="$domains i$uuid" ;;
                esac
            done
        fi

        batch=
        section all 'list --all --uuid'
        section active 'list --uuid'
        section paused 'list --uuid --state-paused'
        section persistent 'list --all --uuid --persistent'
        section autostart 'list --all --uuid --autostart'
        section saved 'list --all --uuid --with-managed-save'
        section version version
        section nodeinfo nodeinfo
        section capabilities capabilities
        section nets 'net-list --all --name'
        section nets-active 'net-list --name'
        section nets-autostart 'net-list --all --autostart --name'
        if [ "$depth" = crosswise ]; then
            # Their names may be anything; their uuids are not.
            for uuid in $(ask 'net-list --all --uuid' 2>/dev/null | tr '\n' ' '); do
                case $uuid in
                *[!0-9a-f-]*) ;;
                $hex4$hex4-$hex4-$hex4-$hex4-$hex4$hex4$hex4) section "net-$uuid" "net-dumpxml $uuid" ;;
                esac
            done
        fi
        count=0
        for entry in $domains; do
            uuid=${entry#?}
            case $uuid in $hex4$hex4-$hex4-$hex4-$hex4-$hex4$hex4$hex4) ;; *) exit 90 ;; esac
            section "state-$uuid" "domstate --reason $uuid"
            section "xml-$uuid" "dumpxml $uuid"
            [ "$depth" = round ] || section "kept-$uuid" "dumpxml --inactive $uuid"
            case $entry in a*) section "job-$uuid" "domjobinfo $uuid" ;; esac
            # One argument may have 128 KiB.
            count=$((count + 1))
            [ $((count % 200)) != 0 ] || flush
        done
        section again 'list --all --uuid'
        flush
        mark status
        printf '%s\n' "$status"
        mark errors
        [ -z "$errors" ] || printf '%s\n' "$errors"

        # QEMU by the uuid on its command line: what libvirt has lost can still block, though never prove absence. Whose
        # command line it is says the first line of its stat.
        mark processes
        set +f
        files=
        open=
        for folder in /proc/[0-9]*; do
            read -r name <"$folder/comm" && case $name in
            *qemu* | *kvm*) files="$files $folder/stat $folder/cmdline" open="$open $folder/fd/*" ;;
            esac
        done 2>/dev/null
        [ -z "$files" ] || cat $files 2>/dev/null | tr '\000' '\012' |
            sed -n -e 's/^[0-9][0-9]* (.*) [A-Z] -\{0,1\}[0-9].*/stat &/p;t' -e '/^-uuid$/{n;p;}'

        # Storage: which device is behind which name, and what QEMU holds open for writing, whoever started it. Only
        # what the kernel has at hand is asked for, by link and number: nothing here waits for a dead LUN or NFS.
        mark devices
        for name in /sys/block/*/dev; do
            [ -e "$name" ] || continue
            grep -sH '' /sys/block/*/dev /sys/block/*/wwid /sys/block/*/device/wwid /sys/block/*/dm/uuid \
                /sys/block/*/*/partition /sys/block/*/*/dev
            printf '%s\n' /sys/block/*/slaves/*
            break
        done 2>/dev/null
        mark links
        for name in /dev/disk/*/* /dev/mapper/*; do
            [ -b "$name" ] || continue
            printf '%s\0' /dev/disk/*/* /dev/mapper/* | xargs -0 stat -Lc '%f %t:%T %n'
            break
        done 2>/dev/null
        # As many names as one command may have by far; a node with more QEMUs needs one more process.
        opened() {
            if [ $# -le 8000 ]; then
                stat -c '%A %N' "$@" 2>/dev/null
            else
                printf '%s\0' "$@" | xargs -0 stat -c '%A %N' 2>/dev/null
            fi
        }
        export QUOTING_STYLE=c
        opens=
        [ -z "$open" ] || opens=$(
            opened $open | sed -n -e '/ -> "\/\(memfd:\|run\/libvirt\/\)/d' \
                -e '/ -> "\/dev\/\(kvm\|null\|ptmx\|urandom\)"$/d' \
                -e '/ -> "\/dev\/\(net\|pts\|vfio\|vhost-\)/d' -e '/^l.w[^>]* -> "\//p'
        )
        set -f
        mark opens
        [ -z "$opens" ] || printf '%s\n' "$opens"
        files=
        IFS='
        '
        for line in $opens; do
            case $line in
            *' -> "/dev/'* | *' -> "/run/'*)
                line=${line#*\"}
                files="$files ${line%%\"*}"
                ;;
            esac
        done
        IFS=' '
        mark numbers
        [ -z "$files" ] || stat -Lc '%f %t:%T %n' $files 2>/dev/null

        # How libvirt locks storage. A manager is alive too while systemd listens in its place.
        conf() {
            [ ! -e "$1" ] || grep -v -e '^[[:blank:]]*#' -e '^[[:blank:]]*$' "$1" || [ $? = 1 ] || echo unreadable
        }
        mark lock
        lock=$(grep -e '^[[:blank:]]*lock_manager[[:blank:]]*=' /etc/libvirt/qemu.conf 2>/dev/null)
        [ $? -lt 2 ] || [ ! -e /etc/libvirt/qemu.conf ] || lock=unreadable
        [ -z "$lock" ] || printf '%s\n' "$lock"
        mark lock-lockd
        case $lock in *lock_manager*lockd*) conf /etc/libvirt/qemu-lockd.conf ;; esac
        mark lock-sanlock
        case $lock in *lock_manager*sanlock*) conf /etc/libvirt/qemu-sanlock.conf ;; esac
        mark lock-state
        case $lock in
        *lock_manager*)
            grep -o -e 'virtlockd-sock$' -e 'sanlock\.sock$' /proc/net/unix
            # Its start tells which QEMUs it cannot know.
            line=
            [ ! -e /run/virtlockd.pid ] || { read -r pid </run/virtlockd.pid; read -r line <"/proc/$pid/stat"; }
            [ -z "$line" ] || printf 'stat %s\n' "$line"
            for name in /run/libvirtd.pid /run/virtqemud.pid; do
                for file in qemu.conf qemu-lockd.conf qemu-sanlock.conf; do
                    [ -e "$name" ] && [ "/etc/libvirt/$file" -nt "$name" ] && echo stale
                done
            done
            ;;
        esac
        set +f
        mark bridges
        for folder in /sys/class/net/*/bridge; do
            [ -d "$folder" ] || continue
            folder=${folder%/bridge}
            printf '%s\n' "${folder##*/}"
        done
        # A host in two clusters would have two writers that know nothing of each other.
        mark others
        for file in /var/lib/havirt/*/members; do
            [ -s "$file" ] && [ "$file" != "/var/lib/havirt/$cluster/members" ] || continue
            name=${file%/members}
            printf 'cluster %s\n' "${name##*/}"
            grep -m 1000 -e '^member [^ ]* [^ ]* [^ ]* [^ ]* [^ ]* active' "$file"
        done 2>/dev/null
        for name in applied members targets; do
            mark "$name"
            [ ! -e "/var/lib/havirt/$cluster/$name" ] || cat "/var/lib/havirt/$cluster/$name" || exit 92
        done
        """#
}
