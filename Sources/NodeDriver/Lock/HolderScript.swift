internal import Reconciler

/// The script that tells who holds the cluster's lock on a node, and breaks a lock that nobody keeps alive.
enum HolderScript {
    static let script = NodeScript(.holder, text)

    // Input, a line each: token, cluster, seconds without a heartbeat after which a lock is nobody's, and the run whose
    // lock is to be broken, or `-` to only look. The lock's own shell gives it up at that age: what is broken here is a
    // shell that cannot, because it is stopped or stuck, or a holder file that was left behind.
    static let text: StaticString = #"""
        set -fu
        export LC_ALL=C PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        IFS=
        read -r token && read -r cluster && read -r limit && read -r run || exit 90
        case $token in '' | *[!0-9a-f]*) exit 90 ;; esac
        case $cluster in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac
        case $limit in '' | *[!0-9]* | ?????*) exit 90 ;; esac
        case $run in -) ;; '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac
        mark() { printf '%s:%s/' "$token" "$1"; }
        folder=/run/havirt/$cluster
        ours() {
            while read -r line; do [ "$line" != "run=$run" ] || return 0; done
            return 1
        }
        free() { [ ! -e "$folder/lock" ] || flock -n -s "$folder/lock" true; }
        mark begin
        mark root
        id -u
        mark lock
        if free; then echo free; else echo held; fi
        mark holder
        [ ! -f "$folder/holder" ] || head -c 4096 "$folder/holder"
        mark age
        pid=
        age=
        if [ -f "$folder/beat" ] && IFS=' ' read -r pid then <"$folder/beat" && IFS=' ' read -r now rest </proc/uptime
        then
            case $pid${then%%.*} in *[!0-9]*) ;; *) age=$((${now%%.*} - ${then%%.*})) ;; esac
        fi
        printf '%s\n' "${age:--}"
        mark broken
        if [ "$run" != - ]; then
            if ! [ -f "$folder/holder" ] || ! ours <"$folder/holder"; then
                echo other
            elif free; then
                rm -f "$folder/holder" "$folder/beat" && echo file
            elif [ -z "$age" ] || [ "$age" -le "$limit" ]; then
                echo alive
            elif [ "$(readlink "/proc/$pid/fd/9")" != "$folder/lock" ]; then
                echo unknown
            else
                kill -9 "$pid" && rm -f "$folder/holder" "$folder/beat" && echo killed
            fi
        fi
        mark end
        """#
}
