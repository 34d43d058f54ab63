/// The gate: a small script on a node that stands between sshd and a shell, for havirt's keys.
///
/// It knows havirt's scripts by their digests, and runs no other text. Which data a script takes is the script's own concern:
/// each checks what it reads, because behind a gate it may come from anybody.
enum GateScript {
    /// Where it stands on a node.
    static let path = "/usr/local/sbin/havirt-gate"

    /// The name of the script that reads others: the gate has its own loop in its place, which looks at each of them.
    static let keptShell = "kept-shell"

    /// What `entries` let through.
    static func text(_ entries: [GateEntry]) -> String {
        let quote = ShellQuote.word
        return head + "\nscripts='\n" + entries.map { "\($0)\n" }.joined() + "'\n"
            + "before=\(quote(SSHArguments.bootstrapHead))\nafter=\(quote(SSHArguments.bootstrapTail))\n" + body
            + "\nset --\n\(KeptShell.loop)\n"
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
        # refused and logged (facility auth). Statuses: 93 unknown script, 94 for the other key, 95 nothing of havirt's, 96 the
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
        ulimit -d 1048576 2>/dev/null

        plain() { printf '%s' "$1" | head -c "$2" | tr -c ' -~' '?'; }
        refuse() { # STATUS WHY
            printf 'havirt-gate: refused: %s\n' "$2" >&2
            logger -p auth.warning -t havirt-gate \
                "refused: key=$(plain "$role" 9) from=$(plain "${from%% *}" 64) why=$2 command=$(plain "$command" 200)" \
                2>/dev/null
            exit "$1"
        }
        # Ends here unless the text is one of our key's scripts, byte for byte.
        admit() { # TEXT BYTES
            [ ${#1} = "$2" ] || refuse 95 'a script that is cut, or no text'
            digest=$(printf '%s' "$1" | sha256sum)
            digest=${digest%% *}
            [ ${#digest} = 64 ] || refuse 96 'no sha256sum'
            case $scripts in
            *"
        $role $digest "*) ;;
            *" $digest "*) refuse 94 'a script that is for the other key' ;;
            *) refuse 93 'an unknown script' ;;
            esac
        }

        case $role in scan | act) ;; *) refuse 95 'no key is named' ;; esac
        case $command in "$before"*"$after") ;; *) refuse 95 'not a command of havirt' ;; esac
        bytes=${command#"$before"}
        bytes=${bytes%"$after"}
        case $bytes in '' | 0* | *[!0-9]* | ???????*) refuse 95 'not a command of havirt' ;; esac
        text=$(timeout 60 head -c "$bytes" && printf .) || refuse 96 'no script could be read'
        text=${text%.}
        admit "$text" "$bytes"
        case $scripts in
        *"
        $role $digest kept-shell "*) ;;
        *) exec /bin/sh -c "$text" ;;
        esac
        # It would run whatever it is sent. Our own loop admits each script.
        """#
}
