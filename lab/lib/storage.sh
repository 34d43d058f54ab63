# shellcheck shell=bash
# Block devices that all nodes have, and libvirt's lock on what domains have.

lun() { # add NAME SIZE_MIB
	need_lab
	[ "${1-}" = add ] || die_usage "lun: add"
	need_args "lun add" 2 "${@:2}"
	add_lun "$2" "$3"
}

# A loop device of the machine. Each node gets a device node of its own, as with a real LUN: a lock that
# somebody takes on one, be it QEMU or virtlockd, is not seen through the other.
add_lun() { # NAME SIZE_MIB
	local image=$LAB/hub/luns/$1.img device node
	[[ $1 =~ ^[a-z0-9][a-z0-9.-]*$ ]] || die "LUN name $1: only a-z, 0-9, - and ."
	[[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || die "size $2: a number of MiB"
	[ ! -e "$image" ] || die "LUN $1 exists"
	cp "$LAB/guest/heartbeat.bin" "$image"
	truncate -s "$2M" "$image"
	device=$(losetup -f --show "$image") || die "cannot make a loop device"
	# What the kernel calls it: the machine's own /dev may be older than the device.
	tr : ' ' <"/sys/block/${device##*/}/dev" >"$LAB/hub/luns/$1.number"
	for node in $(all_nodes); do
		if cell_pid "$node" >/dev/null; then
			# shellcheck disable=SC2046
			in_cell "$node" mknod "/run/lun/$1" b $(cat "$LAB/hub/luns/$1.number")
		fi
	done
	echo "$device"
}

# Loop devices outlive everybody who uses them, an interrupted `lab down` included.
remove_luns() {
	local image device
	for image in "$LAB"/hub/luns/*.img; do
		for device in $(losetup -n -O NAME -j "$image"); do
			losetup -d "$device" || die "cannot detach $device"
		done
	done
}

# Domains that run already stay unlocked: the lock is taken when a domain starts.
storage_lock() { # on|off
	local node
	need_lab
	case $1 in
	on | off) ;;
	*) die_usage "lock: on or off" ;;
	esac
	for node in $(all_nodes); do
		lock_config "$1" "$LAB/node/$node/etc/libvirt"
		if cell_pid "$node" >/dev/null; then restart_libvirt "$node" "$1"; fi
	done
}

lock_config() { # on|off DIR
	sed -i '/^lock_manager/d' "$2/qemu.conf"
	rm -f "$2/qemu-lockd.conf"
	[ "$1" = on ] || return 0
	echo 'lock_manager = "lockd"' >>"$2/qemu.conf"
	echo "file_lockspace_dir = \"$LAB/locks\"" >"$2/qemu-lockd.conf"
}

restart_libvirt() { # NODE on|off
	signal "$1" TERM libvirtd '*'
	if [ "$2" = on ]; then start_daemon "$1" virtlockd '*' -d; else signal "$1" TERM virtlockd '*'; fi
	start_daemon "$1" libvirtd '*' -d
	wait_until 5 libvirt_works "$1" || die "libvirt on $1 does not answer, see $LAB/log/$1"
}
