internal import Reconciler

/// The script by which a node asks a portal for its targets. It changes nothing there, and needs no lock.
enum DiscoverScript {
    static let script = NodeScript(.discover, text)

    // Input, a line each: token, seconds that iscsiadm may take, the portal.
    static let text: StaticString = #"""
        set -fu
        export LC_ALL=C PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        IFS=
        read -r token && read -r limit && read -r portal || exit 90
        case $token in '' | *[!0-9a-f]*) exit 90 ;; esac
        case $limit in '' | 0* | *[!0-9]* | ?????*) exit 90 ;; esac
        case $portal in '' | -* | *[!]A-Za-z0-9.:_[-]*) exit 90 ;; esac
        mark() { printf '%s:%s/' "$token" "$1"; }
        mark begin
        mark root
        id -u
        mark client
        command -v iscsiadm
        command -v timeout
        mark offers
        exec 3>&1
        said=$(
            timeout -k 1 "$limit" iscsiadm -m discovery -t st -p "$portal" -o nonpersistent 2>&1 >&3 3>&- </dev/null
        )
        status=$?
        mark status
        printf '%s\n' "$status"
        mark said
        [ -z "$said" ] || printf '%s\n' "$said"
        mark end
        """#
}
