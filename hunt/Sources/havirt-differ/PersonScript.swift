import Reconciler
import SimulatedCluster
import StateSpec

/// What a person types into a node's shell, for real nodes: a fixed list of virsh verbs, with nothing but data from
/// outside.
enum PersonScript {
    static let script = NodeScript(.other, text)

    // Input: verb, uuid or `-`, target or `-`, a flag for each of --persistent and --undefinesource (`y` or `n`), then
    // XML.
    private static let text: StaticString = #"""
        set -fu
        export LC_ALL=C
        IFS=
        read -r verb && read -r uuid && read -r target && read -r persistent && read -r undefine || exit 90
        case $uuid in - | ????????-????-????-????-????????????) ;; *) exit 90 ;; esac
        case $uuid in *[!0-9a-f-]*) exit 90 ;; esac
        case $target in *[!a-z0-9-]*) exit 90 ;; esac
        ask() { timeout -k 5 60 virsh -c qemu:///system "$@"; }
        case $verb in
        create | define) cat | ask "$verb" /dev/stdin ;;
        start | shutdown | destroy | suspend | resume | managedsave | undefine | domjobabort)
            ask "$verb" "$uuid" </dev/null
            ;;
        autostart) ask autostart "$uuid" </dev/null ;;
        no-autostart) ask autostart --disable "$uuid" </dev/null ;;
        migrate)
            set -- migrate --live
            [ "$persistent" = n ] || set -- "$@" --persistent
            [ "$undefine" = n ] || set -- "$@" --undefinesource
            ask "$@" "$uuid" "qemu+ssh://$target/system" </dev/null
            ;;
        sweep)
            IFS='
        '
            for uuid in $(ask -q list --all --uuid </dev/null); do
                ask -q destroy "$uuid"
                ask -q undefine --managed-save "$uuid"
            done </dev/null >/dev/null 2>&1
            left=$(ask -q list --all --uuid </dev/null) && [ -z "$left" ]
            ;;
        *) exit 90 ;;
        esac
        """#

    /// Ends all domains of a node and forgets them.
    static let sweep = input("sweep")

    static func input(for command: TypedCommand) -> [UInt8] {
        switch command {
        case .create(let xml): input("create") + xml
        case .define(let xml): input("define") + xml
        case .start(let uuid): input("start", "\(uuid)")
        case .shutdown(let uuid): input("shutdown", "\(uuid)")
        case .destroy(let uuid): input("destroy", "\(uuid)")
        case .suspend(let uuid): input("suspend", "\(uuid)")
        case .resume(let uuid): input("resume", "\(uuid)")
        case .managedSave(let uuid): input("managedsave", "\(uuid)")
        case .undefine(let uuid): input("undefine", "\(uuid)")
        case .abortJob(let uuid): input("domjobabort", "\(uuid)")
        case .setAutostart(let uuid, let isOn): input(isOn ? "autostart" : "no-autostart", "\(uuid)")
        case .migrate(let uuid, let target, let options):
            input(
                "migrate", "\(uuid)", target: target.text, isPersistent: options.isPersistent,
                undefinesSource: options.undefinesSource)
        }
    }

    private static func input(
        _ verb: String, _ uuid: String = "-", target: String = "-", isPersistent: Bool = false,
        undefinesSource: Bool = false
    ) -> [UInt8] {
        Array("\(verb)\n\(uuid)\n\(target)\n\(isPersistent ? "y" : "n")\n\(undefinesSource ? "y" : "n")\n".utf8)
    }
}
