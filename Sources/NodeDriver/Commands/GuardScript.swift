internal import Reconciler

/// The script in whose guard everything runs that changes a node (rule S10).
enum GuardScript {
    static let script = NodeScript(
        .command, DeviceUsersScript.text, ISCSIGuardScript.text, VirshGuardScript.text, text)

    // Input, a line each: token, cluster, run, epoch, boot id, the uptime after which nothing may begin, seconds that the
    // command may take, the domain's uuid or `-`, the count of arguments, the arguments; then the command's standard
    // input. The arguments are only ever used as "$@", and only the verbs below are run.
    //
    // The check of the lock opens the file anew: what another process has locked refuses even a shared lock.
    //
    // The marker in inflight/ is filled and locked before anything is checked: whoever claims the node after these
    // checks finds the marker in his scan, and whoever claimed it before makes them fail. virsh inherits the lock, so it
    // stays locked when this shell is gone and virsh is not; when the command has ended it is emptied. Emptied, not
    // removed: a file that is removed while somebody waits for its lock would be locked by two.
    //
    // It stays filled when virsh did not end by itself: libvirtd may still have the command in its queue. Then nothing
    // more is done to the domain here before a `settle`. A marker of another boot is void: the queue died with libvirtd.
    // virsh's keepalive is off (`-k 0`), because with it virsh ends by itself, with status 1, half a minute after
    // libvirtd froze with the command in its queue. iscsid, too, goes on without its client.
    static let text: StaticString = #"""
        set -fu
        export LC_ALL=C PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        unset LIBVIRT_DEBUG LIBVIRT_LOG_FILTERS LIBVIRT_LOG_OUTPUTS VIRSH_DEBUG VIRSH_LOG_FILE
        umask 077
        IFS=
        read -r token && read -r cluster && read -r run && read -r epoch && read -r boot && read -r until &&
            read -r limit && read -r uuid && read -r count || exit 90
        case $token in '' | *[!0-9a-f]*) exit 90 ;; esac
        case $cluster in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac
        case $run in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac
        for number in "$epoch" "$until" "$limit" "$count"; do
            case $number in '' | *[!0-9]* | ????????????????*) exit 90 ;; esac
        done
        case $limit in 0* | ????????*) exit 90 ;; esac
        case $count in ???*) exit 90 ;; esac
        case $uuid in - | ????????-????-????-????-????????????) ;; *) exit 90 ;; esac
        case $uuid in *[!0-9a-f-]*) exit 90 ;; esac
        set --
        while [ $# -lt "$count" ]; do
            read -r argument || exit 90
            set -- "$@" "$argument"
        done
        mark() { printf '%s:%s/' "$token" "$1"; }
        finish() { mark end; exit 0; }
        filled=
        refuse() { [ -z "$filled" ] || : >"$marker"; mark refused; printf '%s\n' "$1"; finish; }
        mark begin
        [ "$(id -u)" = 0 ] || refuse root
        for tool in flock timeout; do command -v $tool >/dev/null 2>&1 || refuse $tool; done
        memory=/var/lib/havirt/$cluster
        marker=$memory/inflight/$uuid
        target= portal=
        iscsi_verb "$@"
        [ "$verb" != virsh ] || virsh_verb "$@"
        read -r thisboot </proc/sys/kernel/random/boot_id && read -r now </proc/uptime || refuse boot
        now=${now%% *}
        case $verb in
        # Ending a migration must be possible while it is in flight.
        remember | witness | domjobabort | iscsi-record | iscsi-password) ;;
        create | shutdown | destroy | migrate | settle | iscsi-login | iscsi-logout | iscsi-remove)
            [ "$uuid" != - ] && mkdir -p "$memory/inflight" && exec 8>>"$marker" || refuse folder
            # A scan may hold the lock for a moment.
            flock -w 2 8 || refuse inflight
            if [ "$verb" != settle ]; then
                if [ -s "$marker" ]; then
                    IFS=' ' read -r other what when since <"$marker"
                    [ "${#when}" = 36 ] && [ "$when" != "$thisboot" ] || refuse unsettled
                fi
                filled=yes
                printf '%s %s %s %s\n' "$run" "$verb" "$thisboot" "$now" >"$marker" || refuse folder
            fi
            ;;
        *) refuse verb ;;
        esac

        ours() {
            while read -r line; do [ "$line" != "run=$run" ] || return 0; done
            return 1
        }
        checked() {
            [ "$thisboot" = "$boot" ] || refuse boot
            [ -f "/run/havirt/$cluster/lock" ] && ! flock -n -s "/run/havirt/$cluster/lock" true || refuse lock
            [ -f "/run/havirt/$cluster/holder" ] && ours <"/run/havirt/$cluster/holder" || refuse lock
            [ -f "$memory/epoch" ] && read -r accepted <"$memory/epoch" && [ "$accepted" = "epoch $epoch $run" ] ||
                refuse epoch
            read -r now </proc/uptime && [ "${now%%.*}" -le "$until" ] || refuse late
        }
        checked

        # What is sent is read whole before it is checked once more: who sends it late must not be let in by what was so
        # before it came.
        stage() {
            [ "$2" -gt 0 ] || return 0
            part=$memory/.$1.$run
            timeout "$limit" head -c "$2" >"$part" && [ "$(wc -c <"$part")" -eq "$2" ] && sync "$part"
        }
        keep() { [ "$2" -eq 0 ] || mv -f "$memory/.$1.$run" "$memory/$1"; }
        # Libvirt can end a migration only once data flows: before that the request is refused, so it is repeated.
        nag() {
            nap=
            trap '[ -z "$nap" ] || kill "$nap"; exit 0' TERM
            sleep "$limit" & nap=$!
            wait "$nap"
            while :; do
                timeout -k 5 20 virsh -c qemu:///system domjobabort "$uuid"
                sleep 1 & nap=$!
                wait "$nap"
            done
        }
        migrate() {
            nag >/dev/null 2>&1 </dev/null 8>&- & nagger=$!
            timeout -k 5 "$((limit + 60))" "$@" 2>&1 </dev/null
            code=$?
            kill "$nagger" 2>/dev/null
            return $code
        }
        case ${1-} in
        virsh)
            shift
            set -- virsh -k 0 "$@"
            case $verb in
            create)
                document=$memory/.document.$uuid
                trap 'rm -f "$document"' EXIT
                timeout "$limit" head -c 8388608 >"$document"
                case $? in 0) ;; 124) refuse late ;; *) refuse folder ;; esac
                checked
                run() { timeout -k 5 "$limit" "$@" 2>&1 <"$document"; }
                ;;
            migrate) run() { migrate "$@"; } ;;
            shutdown | destroy | domjobabort) run() { timeout -k 5 "$limit" "$@" 2>&1 </dev/null; } ;;
            *) refuse verb ;;
            esac
            said=$(run "$@")
            status=$?
            ;;
        iscsiadm)
            [ "$uuid" != - ] || refuse verb
            command -v iscsiadm >/dev/null 2>&1 || refuse iscsiadm
            if [ "$verb" = iscsi-logout ]; then
                disks=$(target_disks) || refuse unjudged
                [ -z "$disks" ] || unused "$disks"
                checked
            fi
            said=$(timeout -k 5 "$limit" "$@" 2>&1 </dev/null)
            status=$?
            ;;
        iscsi-password)
            case $4 in
            file) case $5 in /*) secret_file "$5" ;; *) refuse verb ;; esac ;;
            credential) secret_credential "$5" ;;
            *) refuse verb ;;
            esac
            said=$(store_secret 2>&1)
            status=$?
            [ "$status" != 2 ] || refuse record
            ;;
        iscsi-remove)
            case $4 in '' | *[!0-9]*) refuse verb ;; esac
            case $5 in '' | *[!a-z0-9]*) refuse verb ;; esac
            folder=$(unit_of "$4" "$5")
            [ -n "$folder" ] || refuse moved
            read -r state <"$folder/state" && [ "$state" != blocked ] || refuse blocked
            unused "$5 "
            checked
            said=$(timeout -k 5 "$limit" blockdev --flushbufs "/dev/$5" 2>&1 </dev/null)
            status=$?
            if [ "$status" = 0 ]; then
                unused "$5 "
                said=$(timeout -k 5 "$limit" sh -c 'echo 1 >"$1"' sh "$folder/delete" 2>&1 </dev/null)
                status=$?
            fi
            ;;
        settle)
            [ $# = 1 ] || refuse verb
            : >"$marker" && rm -f "$memory/seen/$uuid" 8>&- || refuse folder
            said=
            status=0
            ;;
        witness)
            [ $# = 2 ] && [ ${#2} -le 128 ] || refuse verb
            case $uuid$2 in -* | *[!0-9a-f-]*) refuse verb ;; esac
            mkdir -p "$memory/seen" && printf '%s %s %s\n' "$thisboot" "${now%% *}" "$2" >"$memory/.seen.$uuid" &&
                mv -f "$memory/.seen.$uuid" "$memory/seen/$uuid" || refuse folder
            said=
            status=0
            ;;
        remember)
            [ $# = 4 ] || refuse verb
            for number in "$2" "$3" "$4"; do
                case $number in '' | *[!0-9]* | ????????*) refuse verb ;; esac
            done
            trap 'rm -f "$memory/.applied.$run" "$memory/.members.$run" "$memory/.targets.$run"' EXIT
            said=$(
                exec 2>&1
                mkdir -p "$memory" && stage applied "$2" && stage members "$3" && stage targets "$4"
            )
            status=$?
            if [ "$status" = 0 ]; then
                checked
                said=$(
                    exec 2>&1
                    keep applied "$2" && keep members "$3" && keep targets "$4" && sync "$memory"
                )
                status=$?
            fi
            ;;
        *) refuse verb ;;
        esac
        # Statuses above are of timeout(1) and of signals.
        [ -z "$filled" ] || [ "$status" -ge 124 ] || : >"$marker"
        mark status
        printf '%s\n' "$status"
        mark said
        [ -z "$said" ] || printf '%s\n' "$said"
        finish
        """#
}
