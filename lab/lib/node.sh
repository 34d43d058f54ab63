# shellcheck shell=bash
# A node's disk, its power switch, and waiting for it.

# All that a node keeps over a reboot. /etc/libvirt starts empty but for these files, so that nothing
# of the machine's own libvirt shows up in the lab.
make_disk() { # NODE
	local node=$1 dir=$LAB/node/$1
	local networks=$dir/etc/libvirt/qemu/networks
	mkdir -p "$dir"/var/{lib/libvirt,lib/havirt,cache} "$networks/autostart"
	mkdir -m 700 /root/.ssh 2>/dev/null || [ -d /root/.ssh ] # a place to mount on; nodes come up at once
	echo "$node" >"$dir/etc/hostname"
	uuid_of "$node machine" | tr -d - >"$dir/etc/machine-id"
	# The machine's root may have a locked password, and then sshd lets nobody in.
	echo 'root:*:20000:0:99999:7:::' >"$dir/etc/shadow"
	sshd_config >"$dir/etc/ssh/sshd_config"
	libvirtd_config "$node" >"$dir/etc/libvirt/libvirtd.conf"
	qemu_config >"$dir/etc/libvirt/qemu.conf"
	cat >"$networks/lan.xml" <<-END
		<network><name>lan</name><uuid>$(uuid_of "$node lan")</uuid><forward mode='bridge'/><bridge name='br0'/></network>
	END
	ln -s ../lan.xml "$networks/autostart/lan.xml"
}

# A uuid that is the same each time, for this lab and name.
uuid_of() { # NAME
	local sum
	sum=$(md5sum <<<"$LAB $1")
	echo "${sum:0:8}-${sum:8:4}-4${sum:13:3}-8${sum:17:3}-${sum:20:12}"
}

sshd_config() {
	cat <<-'END'
		HostKey /etc/ssh/ssh_host_ed25519_key
		PermitRootLogin prohibit-password
		StrictModes no
		UsePAM no
		PrintMotd no
		Subsystem sftp internal-sftp
		AcceptEnv LANG LC_*
	END
}

# libvirt refuses to migrate to a host with its own uuid, hence one for each node.
libvirtd_config() { # NODE
	cat <<-END
		host_uuid = "$(uuid_of "$1")"
		auth_unix_rw = "none"
		unix_sock_group = "root"
		log_outputs = "3:file:/var/log/libvirtd.log"
	END
}

# No cgroups and no private /dev: the machine may be a container that forbids them.
qemu_config() {
	cat <<-'END'
		user = "root"
		group = "root"
		security_driver = "none"
		cgroup_controllers = []
		namespaces = []
		remember_owner = 0
		migration_address = "0.0.0.0"
	END
}

boot() { # NODE
	local dir=$LAB/node/$1
	cat /proc/sys/kernel/random/uuid >"$dir/boot_id"
	start_cell "$1" node "$dir" "$1" "$(address_of "$1")" "$LAB"
	plug "$1" "$(cell_pid "$1")"
}

# The cable goes first: after a power cut nobody says good-bye to those who are connected.
power_off() { # NODE
	local pid
	pid=$(cell_pid "$1") || return 0
	unplug "$1"
	kill_and_wait "$pid"
	rm -f "$LAB/node/$1/pid"
}

# Until the node does for ssh and libvirt what a user would ask of it.
wait_node() { # NODE
	wait_until 15 booted "$1" || die "$1 does not boot, see $LAB/log/$1"
	wait_until 5 libvirt_works "$1" || die "libvirt on $1 does not answer, see $LAB/log/$1"
	[ -e "$LAB/node/$1/cut" ] || wait_until 5 ssh_works "$1" ||
		die "$1 does not answer over ssh, see $LAB/log/$1"
}

booted() { # NODE; libvirtd comes last
	local pid
	pid=$(cell_pid "$1") || die "$1 ended, see $LAB/log/$1"
	[ -S "/proc/$pid/root/run/libvirt/libvirt-sock" ]
}

libvirt_works() { # NODE
	in_cell "$1" virsh -q -c qemu:///system list >/dev/null 2>&1
}

ssh_works() { # NODE
	local key=() status=0
	[ ! -d "$LAB/gate" ] || key=(-i "$LAB/gate/scan")
	(in_network ssh -F "$LAB/ssh_config" "${key[@]}" -o BatchMode=yes -o ConnectTimeout=1 "$1" true) \
		</dev/null >/dev/null 2>&1 || status=$?
	# Its gate refuses what havirt would not send.
	((status == 0 || status == 95))
}

domains_on() { # NODE
	in_cell "$1" timeout 3 virsh -q -c qemu:///system list --all 2>/dev/null |
		awk '{name = $2; $1 = $2 = ""; sub(/^ +/, ""); printf "%s%s (%s)", comma, name, $0; comma = ", "}' ||
		printf 'libvirt does not answer'
}
