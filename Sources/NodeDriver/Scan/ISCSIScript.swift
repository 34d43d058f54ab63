/// The part of the scan script that looks at iSCSI, at every depth.
///
/// Sessions and disks are those of sysfs, which asks no target for anything. What `iscsiadm` lists stands beside it: it has
/// to be the same. Of records only lines with the keys below are printed, and none that could hold a password; nor is
/// `password` of a session in sysfs ever read. A node without iSCSI costs no process but that of `iscsiadm`, if there is one.
enum ISCSIScript {
    // Globbing is on here. Names of files end with NUL, for those of records may hold any other mark.
    static let text: StaticString = #"""

        mark iscsi-client
        client=
        if command -v iscsiadm >/dev/null 2>&1; then client=yes; fi
        if [ -n "$client" ]; then
            said=$(timeout -k 1 10 iscsiadm -m session 2>/dev/null </dev/null)
            printf '%s\n' "$?"
            [ -z "$said" ] || printf '%s\n' "$said"
        fi
        mark iscsi-sessions
        sessions=/sys/class/iscsi_session
        links=/sys/class/iscsi_connection
        disks=
        for name in "$sessions"/session*; do
            [ -e "$name" ] || continue
            grep -asHZ '' "$sessions"/session*/targetname "$sessions"/session*/state \
                "$links"/connection*/persistent_address "$links"/connection*/persistent_port "$links"/connection*/state \
                "$sessions"/session*/device/target*/*:*/state "$sessions"/session*/device/target*/*:*/wwid \
                "$sessions"/session*/device/target*/*:*/block/*/size
            for name in "$sessions"/session*/device/target*/*:*/block/*; do
                [ ! -e "$name" ] || disks="$disks ${name##*/}"
            done
            break
        done
        mark iscsi-users
        if [ -n "$disks" ]; then
            printf 'disks%s\n' "$disks"
            users $disks && echo all
        fi
        mark iscsi-initiator
        if [ -n "$client" ] && [ -f /etc/iscsi/initiatorname.iscsi ]; then
            while read -r line || [ -n "$line" ]; do
                case $line in InitiatorName=*) printf '%s\n' "${line#*=}"; break ;; esac
            done </etc/iscsi/initiatorname.iscsi
        fi
        mark iscsi-records
        for name in /etc/iscsi/nodes/*/* /var/lib/iscsi/nodes/*/*; do
            [ -e "$name" ] || continue
            printf '%s\0' /etc/iscsi/nodes/*/* /etc/iscsi/nodes/*/*/* /var/lib/iscsi/nodes/*/* \
                /var/lib/iscsi/nodes/*/*/* |
                xargs -0 grep -asHZ -d skip -e '^node\.name = ' -e '^node\.conn\[0\]\.address = ' \
                    -e '^node\.conn\[0\]\.port = ' -e '^node\.startup = '
            break
        done
        """#
}
