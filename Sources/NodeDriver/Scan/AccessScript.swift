/// The part of the scan script that looks at ssh between nodes, for `ScanDepth.crosswise`.
///
/// What it prints of keys are their public halves. Private keys are opened by `ssh-keygen -y` alone, which derives the
/// public half where there is no file with it, and is given an empty passphrase so that it never asks for one.
enum AccessScript {
    // What sshd and ssh go by, they say themselves: `sshd -T` and `ssh -G`. IFS is a blank here, and globbing is on.
    static let text: StaticString = #"""

        newline='
        '
        if command -v timeout >/dev/null 2>&1; then
            brief() { timeout -k 1 5 "$@" </dev/null 2>/dev/null; }
        else
            brief() { "$@" </dev/null 2>/dev/null; }
        fi
        # A byte more than is read of a file, and NUL after one that cannot be read.
        show() { [ ! -e "$1" ] || { [ -f "$1" ] && head -c 262145 "$1" 2>/dev/null; } || printf '\000'; }
        # The first line of a file.
        key() { printf '%s\n' "$(head -c 16384 "$1" 2>/dev/null | head -n 1)"; }
        # The public half of a key.
        public() {
            if [ -f "$1.pub" ]; then
                key "$1.pub"
            elif [ -f "$1" ]; then
                brief ssh-keygen -y -P '' -f "$1"
            fi
        }

        mark ssh-daemon
        daemon=$(brief sshd -T | grep -e '^authorizedkeysfile ' -e '^authorizedkeyscommand ' \
            -e '^trustedusercakeys ' -e '^hostkey ')
        [ -z "$daemon" ] || printf '%s\n' "$daemon"
        files='.ssh/authorized_keys .ssh/authorized_keys2'
        hosts=
        set -f
        IFS=$newline
        for line in $daemon; do
            case $line in
            'authorizedkeysfile '*) files=${line#* } ;;
            'hostkey '*) hosts="$hosts${line#* }$newline" ;;
            esac
        done
        IFS=' '
        count=0
        for file in $files; do
            case $file in
            none | *%[!hu]*) continue ;;
            esac
            while :; do
                case $file in
                *%h*) file=${file%%%h*}/root${file#*%h} ;;
                *%u*) file=${file%%%u*}root${file#*%u} ;;
                *) break ;;
                esac
            done
            case $file in /*) ;; *) file=/root/$file ;; esac
            count=$((count + 1))
            mark "ssh-authorized-$count"
            show "$file"
        done
        mark ssh-host
        if [ -n "$hosts" ]; then
            IFS=$newline
            for file in $hosts; do public "$file"; done
            IFS=' '
        else
            set +f
            for file in /etc/ssh/ssh_host_*_key.pub; do
                [ ! -f "$file" ] || key "$file"
            done
            set -f
        fi
        mark ssh-config
        show /root/.ssh/config

        mark ssh-peers
        identities=$newline
        for peer in $peers; do
            # Half of the time that is there for all; those that are left are not known.
            read -r now rest </proc/uptime
            [ $((${now%.*} - ${uptime%.*})) -lt $(((limit + 1) / 2)) ] || break
            printf 'peer %s\n' "$peer"
            host= port=22 alias= files=
            said=$(brief ssh -G -- "$peer")
            IFS=$newline
            for line in $said; do
                case $line in
                'hostname '*) host=${line#* } ;;
                'port '*) port=${line#* } ;;
                'hostkeyalias '*) alias=${line#* } ;;
                'userknownhostsfile '* | 'globalknownhostsfile '*) files="$files ${line#* }" ;;
                'identityfile '*)
                    case $identities in
                    *"$newline${line#* }$newline"*) ;;
                    *) identities="$identities${line#* }$newline" ;;
                    esac
                    ;;
                esac
            done
            IFS=' '
            [ -n "$host" ] || continue
            [ "$port" = 22 ] || host="[$host]:$port"
            [ -z "$alias" ] || host=$alias
            printf 'lookup %s\n' "$host"
            case $host in -*) continue ;; esac
            for file in $files; do
                case $file in '~/'*) file=/root/${file#'~/'} ;; esac
                [ ! -f "$file" ] || brief ssh-keygen -F "$host" -f "$file"
            done
        done
        mark ssh-own
        IFS=$newline
        for file in $identities; do
            case $file in
            '~/'*) file=/root/${file#'~/'} ;;
            '%d/'*) file=/root/${file#'%d/'} ;;
            esac
            public "$file"
        done
        IFS=' '
        set +f
        mark uplinks
        for folder in /sys/class/net/*/bridge; do
            [ -d "$folder" ] || continue
            folder=${folder%/bridge}
            count=0
            for port in "$folder"/brif/*; do
                # Those of guests are tap devices.
                port=${port##*/}
                [ ! -e "/sys/class/net/$port" ] || [ -e "/sys/class/net/$port/tun_flags" ] || count=$((count + 1))
            done
            printf '%s %s\n' "$count" "${folder##*/}"
        done
        """#
}
