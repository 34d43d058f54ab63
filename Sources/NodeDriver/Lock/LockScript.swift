internal import Reconciler

/// The script that holds the cluster's lock on a node for as long as its session lives.
enum LockScript {
    static let script = NodeScript(.lock, text)

    // Input: token, cluster, seconds without a heartbeat after which it gives up, then the holder's lines and an
    // empty line. After that one byte for each heartbeat, which is answered; or `e` and 20 bytes, an epoch with
    // newlines behind it, which is accepted if it is greater than the one that is known. End of input gives the lock
    // up.
    //
    // The lock is flock(2) on descriptor 9 of this shell alone: its children are started without it, so the lock is
    // gone the moment this shell is. The holder file only says who it is, and `beat` when it was last heard.
    static let text: StaticString = #"""
        set -fu
        export LC_ALL=C PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        umask 077
        IFS=
        read -r token && read -r cluster && read -r limit || exit 90
        case $token in '' | *[!0-9a-f]*) exit 90 ;; esac
        case $cluster in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac
        case $limit in '' | 0* | *[!0-9]* | ?????*) exit 90 ;; esac
        say() { printf '%s %s\n' "$token" "$1"; }
        newline='
        '
        holder=
        run=
        while read -r line && [ -n "$line" ]; do
            case $line in
            *[![:print:]]*) exit 90 ;;
            run=*) [ -z "$run" ] && run=${line#run=} || exit 90 ;;
            from=* | since=* | activity=* | node=*) ;;
            *) exit 90 ;;
            esac
            holder=$holder$line$newline
            [ ${#holder} -le 2000 ] || exit 90
        done
        case $run in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac
        [ "$(id -u)" = 0 ] || { say root; exit 0; }
        for tool in flock timeout; do command -v $tool >/dev/null 2>&1 || { say $tool; exit 0; }; done
        folder=/run/havirt/$cluster
        memory=/var/lib/havirt/$cluster
        mkdir -p "$folder" "$memory" && exec 9>>"$folder/lock" || { say folder; exit 0; }
        if ! flock -w 1 9; then
            say held
            [ ! -f "$folder/holder" ] || head -c 4096 "$folder/holder"
            printf '\n'
            say end
            exit 0
        fi
        known=0
        if [ -e "$memory/epoch" ]; then
            IFS=' ' read -r word known by <"$memory/epoch" && [ "$word" = epoch ] || known=
            case $known in '' | *[!0-9]* | ????????????????*) say epoch; exit 0 ;; esac
        fi
        trap 'rm -f "$folder/holder" "$folder/beat" 9>&-; exit 0' HUP INT TERM
        trap '' PIPE
        rm -f "$folder/holder" 9>&-
        heard() { read -r now </proc/uptime && printf '%s %s\n' $$ "${now%% *}" >"$folder/beat"; }
        printf '%s' "$holder" >"$folder/.holder" && mv -f "$folder/.holder" "$folder/holder" 9>&- && heard ||
            { say folder; exit 0; }
        write() (
            exec 9>&-
            printf 'epoch %s %s\n' "$1" "$run" >"$memory/.epoch" && sync "$memory/.epoch" &&
                mv -f "$memory/.epoch" "$memory/epoch" && sync "$memory" /var/lib/havirt
        )
        accept() {
            number=$(timeout "$limit" head -c 20 9>&-)
            case $number in '' | *[!0-9]* | ????????????????*) return 1 ;; esac
            if [ "$number" -le "$known" ]; then
                say stale
            elif write "$number"; then
                known=$number
                say accepted
            else
                say unwritten
            fi
        }
        say "locked $known"
        while byte=$(timeout "$limit" head -c 1 9>&-) && [ -n "$byte" ]; do
            case $byte in
            e) accept || break ;;
            *) heard; say beat || break ;;
            esac
        done 2>/dev/null
        rm -f "$folder/holder" "$folder/beat" 9>&-
        """#
}
