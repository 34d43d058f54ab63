/// The gate: a small script on a node that stands between sshd and a shell, for havirt's keys.
///
/// It knows havirt's scripts by their digests, and runs no other text. Which data a script takes is the script's own concern:
/// each checks what it reads, because behind a gate it may come from anybody.
enum GateScript {
    /// Where it stands on a node.
    static let path = "\(folder)/\(name)"
    static let folder = "/usr/local/sbin"
    static let name = "havirt-gate"
    /// What only a whole one ends with.
    static let lastWord = "end-of-havirt-gate"

    /// What `entries` let through.
    static func text(_ entries: [GateEntry]) -> String {
        let quote = ShellQuote.word
        return """
            \(head)
            scripts='
            \(entries.map { "\($0)\n" }.joined())'
            # shellcheck disable=SC2016
            before=\(quote(SSHArguments.bootstrapHead))
            after=\(quote(SSHArguments.bootstrapTail))
            \(body)
            set --
            \(KeptShell.loop)
            # \(lastWord)

            """
    }

    // sshd gives us one argument, the client none: its command and where it comes from are in variables of sshd's. With them
    // as arguments, and without all the rest of an environment that a client may have had a part in, the gate starts again.
    private static let head = #"""
        #!/bin/sh
        # havirt's gate: what one of havirt's keys may do on this node. `havirt node gate` prints it; it is root's, mode 0755.
        # In authorized_keys, each key has its line:
        #
        #     restrict,command="/usr/local/sbin/havirt-gate scan" ssh-ed25519 ...
        #     restrict,command="/usr/local/sbin/havirt-gate act" ssh-ed25519 ...
        #
        # A havirt sends one of its constant scripts, and data behind it. What has not one of these digests is not run, but
        # refused and logged (facility auth). Statuses: 93 unknown script, 94 not for this key, 95 nothing of havirt's, 96 the
        # gate does not work.
        set -fu
        if [ $# = 1 ]; then
            exec env -i LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "HOME=${HOME:-/}" \
                /bin/sh "$0" "$1" "${SSH_ORIGINAL_COMMAND-}" "${SSH_CONNECTION-}"
        fi

        # The key, the digest, what it is and of which havirt.
        """#

    private static let body = #"""
        role=${1-} command=${2-} from=${3-}
        # What a hostile line of input may make a shell remember, in KiB.
        # shellcheck disable=SC3045
        ulimit -d 1048576 2>/dev/null

        plain() { printf '%s' "$1" | head -c "$2" | tr -c ' -~' '?'; }
        refuse() { # STATUS WHY
            printf 'havirt-gate: refused: %s\n' "$2" >&2
            logger -p auth.warning -t havirt-gate \
                "refused: key=$(plain "$role" 9) from=$(plain "${from%% *}" 64) why=$2 command=$(plain "$command" 200)" \
                2>/dev/null
            exit "$1"
        }
        # Sets `digest`.
        measure() { # TEXT BYTES
            [ ${#1} = "$2" ] || refuse 95 'a script that is cut, or no text'
            digest=$(printf '%s' "$1" | sha256sum)
            digest=${digest%% *}
            [ ${#digest} = 64 ] || refuse 96 'no sha256sum'
        }
        # Whether the list has it, for `scan`, `act` or `loop`.
        is() {
            case $scripts in *"
        $1 $digest "*) return 0 ;; esac
            return 1
        }
        # Ends here unless what was measured is one of our key's scripts, byte for byte.
        judge() {
            is "$role" && return
            if is scan || is act || is loop; then refuse 94 'a script that is not for this key'; fi
            refuse 93 'an unknown script'
        }
        admit() { # TEXT BYTES
            measure "$1" "$2"
            judge
        }

        case $role in scan | act) ;; *) refuse 95 'no key is named' ;; esac
        case $command in "$before"*"$after") ;; *) refuse 95 'not a command of havirt' ;; esac
        bytes=${command#"$before"}
        bytes=${bytes%"$after"}
        case $bytes in '' | 0* | *[!0-9]* | ???????*) refuse 95 'not a command of havirt' ;; esac
        text=$(timeout 60 head -c "$bytes" && printf .) || refuse 96 'no script could be read'
        text=${text%.}
        measure "$text" "$bytes"
        if [ "$role" != scan ] || ! is loop; then
            judge
            exec /bin/sh -c "$text"
        fi
        # A loop that runs what it is sent. Ours, in its place, admits each script, and no loop among them.
        """#
}
