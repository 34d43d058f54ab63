/// The parts of the guard script about iSCSI: which commands are let through, and what iscsiadm cannot do.
///
/// No secret is an argument of anything here, or printed: a password goes from its file through a variable of the shell into
/// the record.
enum ISCSIGuardScript {
    // `iscsi_verb` lets the calls of `RenderedCommand` through and no other. In a setting no password is let through.
    static let text: StaticString = #"""
        newline='
        '
        iscsi_verb() {
            verb=${1-}
            case $verb in
            iscsiadm)
                verb=
                [ $# -ge 8 ] && [ "$2 $3 $4 $6" = '-m node -T -p' ] || return 0
                target=$5 portal=$7
                shift 7
                case "$#:$1:${2-}" in
                '1:--login:') verb=iscsi-login ;;
                '1:--logout:') verb=iscsi-logout ;;
                '1:--rescan:' | '2:-o:new' | '2:-o:delete') verb=iscsi-record ;;
                *)
                    [ "$1" = -o ] && [ "${2-}" = update ] || return 0
                    shift 2
                    while [ $# -ge 4 ] && [ "$1 $3" = '-n -v' ]; do
                        case $2 in
                        node.startup | node.session.initial_login_retry_max) ;;
                        node.session.auth.authmethod | node.session.auth.username) ;;
                        *) return 0 ;;
                        esac
                        shift 4
                        [ $# -gt 0 ] || verb=iscsi-record
                    done
                    ;;
                esac
                ;;
            iscsi-password | iscsi-remove)
                [ $# = 5 ] && target=$2 portal=$3 || verb=
                ;;
            *) return 0 ;;
            esac
            case $target in '' | [!A-Za-z]* | *[!A-Za-z0-9_.:-]*) verb= ;; esac
            case $portal in '' | -* | *[!]A-Za-z0-9.:_[-]*) verb= ;; esac
        }

        # One spelling for each host. getent asks nobody about an address.
        canonical() {
            case $1 in
            *:*) getent ahosts -- "$1" 2>/dev/null | { IFS=' ' read -r first rest && printf '%s' "$first"; } ;;
            *) printf '%s' "$1" | tr A-Z a-z ;;
            esac
        }
        # Whether a host and a port are our portal.
        is_portal() {
            host=${portal%:*}
            host=${host#[}
            host=${host%]}
            [ "$2" = "${portal##*:}" ] || return 1
            [ "$1" != "$host" ] || return 0
            one=$(canonical "$1")
            [ -n "$one" ] && [ "$one" = "$(canonical "$host")" ]
        }

        # The disks of all sessions with our target. A session whose disks cannot be looked at fails.
        target_disks() (
            set +f
            for session in /sys/class/iscsi_session/session*; do
                [ -e "$session" ] || continue
                read -r name <"$session/targetname" || exit 1
                [ "$name" = "$target" ] || continue
                [ -d "$session/device/" ] || exit 1
                for name in "$session"/device/target*/*:*/block/*; do
                    [ ! -e "$name" ] || printf '%s ' "${name##*/}"
                done
            done
        )
        # Refuses while anybody uses one of the disks. A process of udev's that follows the last user is waited for.
        unused() {
            for turn in 1 2 3; do
                IFS=' '
                found=$(users $1) || refuse unjudged
                IFS=
                [ -n "$found" ] || return 0
                [ $turn = 3 ] || sleep 1
            done
            used "$found"
        }
        used() {
            [ -z "$filled" ] || : >"$marker"
            mark refused
            echo busy
            mark users
            printf '%s\n' "$1"
            finish
        }

        # The folder of the disk with a name, if it is that of the LUN of our target through our portal.
        unit_of() (
            set +f
            for session in /sys/class/iscsi_session/session*; do
                read -r name <"$session/targetname" && [ "$name" = "$target" ] || continue
                connection=/sys/class/iscsi_connection/connection${session##*/session}:0
                read -r address <"$connection/persistent_address" && read -r port <"$connection/persistent_port" &&
                    is_portal "$address" "$port" || continue
                for folder in "$session"/device/target*/*:"$1"; do
                    [ ! -e "$folder/block/$2" ] || printf '%s' "$folder"
                done
            done 2>/dev/null
        )

        # The one line that is a password, of what was read and a dot.
        secret_in() {
            secret=${1%.}
            secret=${secret%"$newline"}
            [ -n "$secret" ] || refuse secret-empty
            case $secret in *"$newline"*) refuse secret-lines ;; esac
            [ ${#secret} -le 255 ] || refuse secret-long
            case $secret in *[[:cntrl:]]* | ' '* | *' ') refuse secret-text ;; esac
        }
        # A file of which root alone knows.
        secret_file() {
            [ -f "$1" ] || refuse secret-absent
            {
                IFS=' '
                set -- $(stat -Lc '%u %a' /proc/self/fd/6)
                IFS=
                [ "${1-}" = 0 ] || refuse secret-owner
                case ${2-} in *00) ;; *) refuse secret-mode ;; esac
                said=$(head -c 300 <&6 | tr '\000' '\001' && echo .) || refuse secret-read
            } 6<"$1" || refuse secret-read
            secret_in "$said"
        }
        secret_credential() {
            case $1 in .* | *[!A-Za-z0-9._-]*) refuse verb ;; esac
            if [ -f "/etc/credstore/$1" ]; then
                secret_file "/etc/credstore/$1"
            elif [ -f "/etc/credstore.encrypted/$1" ]; then
                said=$(
                    timeout -k 1 20 systemd-creds decrypt --name="$1" "/etc/credstore.encrypted/$1" - 2>/dev/null \
                        </dev/null && echo .
                ) || refuse secret-decrypt
                secret_in "$said"
            else
                refuse secret-absent
            fi
        }
        # Writes it into every record of our target and portal, whole or not at all.
        store_secret() (
            set +f
            status=2
            for root in /etc/iscsi /var/lib/iscsi; do
                for file in "$root/nodes/$target"/* "$root/nodes/$target"/*/*; do
                    [ -f "$file" ] || continue
                    place=${file#"$root/nodes/$target/"}
                    place=${place%%/*}
                    address=${place%%,*}
                    port=${place#*,}
                    is_portal "$address" "${port%%,*}" || continue
                    part=$root/.havirt.$run
                    grep -v '^[[:blank:]]*node\.session\.auth\.password[[:blank:]]*=' "$file" >"$part" &&
                        printf 'node.session.auth.password = %s\n' "$secret" >>"$part" && sync "$part" &&
                        mv -f "$part" "$file" && sync "${file%/*}" || { rm -f "$part"; exit 1; }
                    status=0
                done
            done
            exit $status
        )

        """#
}
