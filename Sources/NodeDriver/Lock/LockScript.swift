/// The script that holds the cluster's lock on a node for as long as its session lives.
enum LockScript {
    // Input: token, cluster, seconds without a heartbeat after which it gives up, then the holder's lines and an
    // empty line; after that one byte for each heartbeat, which is answered. End of input gives the lock up.
    //
    // The lock is flock(2) on descriptor 9 of this shell alone: its children are started without it, so the lock is
    // gone the moment this shell is. The holder file only says who it is.
    static let text: StaticString = #"""
        set -fu
        export LC_ALL=C PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        umask 077
        IFS=
        read -r token && read -r cluster && read -r limit || exit 90
        case $token in '' | *[!0-9a-f]*) exit 90 ;; esac
        case $cluster in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac
        case $limit in '' | *[!0-9]*) exit 90 ;; esac
        say() { printf '%s %s\n' "$token" "$1"; }
        newline='
        '
        holder=
        while read -r line && [ -n "$line" ]; do holder=$holder$line$newline; done
        [ "$(id -u)" = 0 ] || { say root; exit 0; }
        for tool in flock timeout; do command -v $tool >/dev/null 2>&1 || { say $tool; exit 0; }; done
        folder=/run/havirt/$cluster
        mkdir -p "$folder" && exec 9>>"$folder/lock" || { say folder; exit 0; }
        if ! flock -w 1 9; then
            say held
            [ ! -f "$folder/holder" ] || head -c 4096 "$folder/holder"
            printf '\n'
            say end
            exit 0
        fi
        trap 'rm -f "$folder/holder" 9>&-; exit 0' HUP INT TERM
        trap '' PIPE
        rm -f "$folder/holder" 9>&-
        printf '%s' "$holder" >"$folder/.holder" && mv -f "$folder/.holder" "$folder/holder" 9>&- ||
            { say folder; exit 0; }
        say locked
        while [ -n "$(timeout "$limit" head -c 1 9>&-)" ]; do say beat || break; done 2>/dev/null
        rm -f "$folder/holder" 9>&-
        """#
}
