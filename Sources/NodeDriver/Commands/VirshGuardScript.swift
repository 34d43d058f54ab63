/// The part of the guard script that lets the calls of virsh through that `RenderedCommand` makes, and no other.
///
/// Behind a gate, a request may come from whoever has stolen the key: nothing in it is believed because a havirt would not
/// have written it.
enum VirshGuardScript {
    // A URI of a migration takes parameters that run commands, hence its narrow grammar.
    static let text: StaticString = #"""
        virsh_verb() {
            verb=
            [ "$uuid" != - ] && [ $# -ge 5 ] || return 0
            [ "$2 $3" = '-c qemu:///system' ] || return 0
            shift 3
            case $#:$1 in
            3:create) [ "$2 $3" = '--validate /dev/stdin' ] || return 0 ;;
            2:shutdown | 2:destroy | 2:domjobabort) [ "$2" = "$uuid" ] || return 0 ;;
            6:migrate | 8:migrate)
                [ "$2 $3 $4" = '--live --p2p --abort-on-error' ] || return 0
                if [ $# = 8 ]; then
                    [ "$5 $6" = '--persistent --undefinesource' ] || return 0
                    shift 2
                fi
                [ "$5" = "$uuid" ] || return 0
                host=${6#qemu+ssh://}
                host=${host%/system}
                [ "$6" = "qemu+ssh://$host/system" ] || return 0
                case $host in '' | [!A-Za-z0-9[]* | *[!]A-Za-z0-9.:_[-]*) return 0 ;; esac
                set -- migrate
                ;;
            *) return 0 ;;
            esac
            verb=$1
        }

        """#
}
