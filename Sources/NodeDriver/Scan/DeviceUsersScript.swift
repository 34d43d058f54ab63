/// The part of scripts that finds who uses disks, by what the kernel has at hand: nothing here waits for a dead LUN.
///
/// The scan tells what it finds, and the guard refuses to log out or to remove a disk by it: one text for both, so that
/// what was shown is what is obeyed.
enum DeviceUsersScript {
    // Printed are lines of `DISK KIND WHAT`, and for a process of `DISK process PID NAME`. The function fails where anything could not be looked at, for that is no
    // proof that nobody is there: /dev/full, which it holds open itself, has to be among the open files that it finds,
    // and /proc among the mounts.
    //
    // Open files are compared by the device's number, because QEMU opens a copy of the node in a /dev of its own. Only
    // those whose name leads into some `dev` are looked at, since stat(2) would wait for a dead NFS. A process that has
    // just closed a disk may be followed by one of udev's, for a moment.
    static let text: StaticString = #"""
        users() (
            set +f
            exec 2>/dev/null 5</dev/full || exit 1
            newline='
        '
            IFS=$newline
            numbers=' '
            names=' '
            wanted=
            either=
            for disk in "$@"; do
                for folder in "/sys/block/$disk" "/sys/block/$disk/$disk"*; do
                    [ "$folder" = "/sys/block/$disk" ] || [ -e "$folder/partition" ] || continue
                    read -r number <"$folder/dev" || exit 1
                    numbers="$numbers$number=$disk " names="$names${folder##*/}=$disk "
                    wanted="$wanted|$number" either="$either|/dev/${folder##*/}"
                    for holder in "$folder"/holders/*; do
                        [ ! -e "$holder" ] || printf '%s holder %s\n' "$disk" "${holder##*/}"
                    done
                done
            done
            # The disk behind a number or a name.
            behind() {
                case $2 in *" $1="*) ;; *) return 1 ;; esac
                disk=${2#*" $1="}
                disk=${disk%% *}
            }
            for file in /sys/block/loop*/loop/backing_file; do
                [ -e "$file" ] && read -r path <"$file" || continue
                path=${path%' (deleted)'}
                case $path in *dev/*) ;; *) continue ;; esac
                loop=${file%/loop/backing_file}
                ! behind "${path##*/}" "$names" || printf '%s loop %s\n' "$disk" "${loop##*/}"
            done
            # Of a file system on several disks only one is named among the mounts.
            for file in /sys/fs/btrfs/*/devices/*; do
                folder=${file%/devices/*}
                ! behind "${file##*/}" "$names" || printf '%s mount btrfs %s\n' "$disk" "${folder##*/}"
            done
            found=$(
                timeout -k 1 5 find /proc/[0-9]*/fd -maxdepth 1 -lname '*dev/*' ! -lname /dev/null \
                    ! -lname /dev/urandom ! -lname /dev/kvm ! -lname /dev/ptmx ! -lname '/dev/pts/*' \
                    ! -lname '/dev/tty*' ! -lname '/dev/net/*' ! -lname '/dev/shm/*' ! -lname '/dev/vfio/*'
            )
            # Something always ends meanwhile, and fails the whole.
            [ $? -le 1 ] || exit 1
            said=$(timeout -k 1 5 stat -Lc '%t %T %n %F' $found)
            [ $? -le 1 ] || exit 1
            mounts=$(
                timeout -k 1 5 grep -hsE "^[0-9]+ [0-9]+ ((${wanted#|}) |.* - [^ ]+ (${either#|}) |[0-9:]+ / /proc )" \
                    /proc/[0-9]*/mountinfo
            )
            [ $? -le 2 ] || exit 1
            set -f
            proof=
            met=' '
            for line in $said; do
                IFS=' '
                set -- $line
                case $line in
                '1 7 '*' character special file') proof=yes ;;
                *' block special file')
                    behind "$((0x$1)):$((0x$2))" "$numbers" || continue
                    pid=${3#/proc/}
                    pid=${pid%%/*}
                    case $met in *" $disk/$pid "*) continue ;; esac
                    met="$met$disk/$pid "
                    name='?'
                    read -r name <"/proc/$pid/comm"
                    printf '%s process %s %s\n' "$disk" "$pid" "$name"
                    ;;
                esac
            done
            [ -n "$proof" ] || exit 1
            proof=
            met=$newline
            IFS=$newline
            for line in $mounts; do
                IFS=' '
                set -- ${line#* - }
                source=${2-}
                set -- $line
                [ "$4 $5" != '/ /proc' ] || proof=yes
                behind "$3" "$numbers" || behind "${source#/dev/}" "$names" || continue
                case $met in *"$newline$disk $5$newline"*) continue ;; esac
                met="$met$disk $5$newline"
                printf '%s mount %s\n' "$disk" "$5"
            done
            [ -n "$proof" ] || exit 1
            [ -e /proc/swaps ] || exit 0
            while read -r path kind; do
                ! behind "${path#/dev/}" "$names" || printf '%s swap %s\n' "$disk" "$path"
            done </proc/swaps
        )

        """#
}
