internal import Reconciler
internal import StateSpec

extension RenderedCommand {
    /// The call of iscsiadm, or of a verb of the guard script for what iscsiadm cannot do.
    static func arguments(of command: ISCSICommand) -> [String] {
        let record = ["iscsiadm", "-m", "node", "-T", command.target.text, "-p", "\(command.portal)"]
        switch command {
        case .addRecord: return record + ["-o", "new"]
        case .update(_, _, let settings):
            return record + ["-o", "update"] + settings.flatMap { ["-n", $0.name, "-v", $0.value] }
        case .setPassword(let target, let portal, let secret):
            let place =
                switch secret {
                case .file(let path): ["file", path]
                case .credential(let name): ["credential", name]
                }
            return ["iscsi-password", target.text, "\(portal)"] + place
        case .login: return record + ["--login"]
        case .rescan: return record + ["--rescan"]
        case .removeDevice(let target, let portal, let lun, let name):
            return ["iscsi-remove", target.text, "\(portal)", "\(lun)", name]
        case .logout: return record + ["--logout"]
        case .deleteRecord: return record + ["-o", "delete"]
        }
    }
}
