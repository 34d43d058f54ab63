# shellcheck shell=bash
# A node: a QEMU in the hub, with a kernel of its own.

MEMORY=768 # MiB

# A processor with neither flag cannot run an ordinary kernel, though some have a /dev/kvm that opens.
accelerator() {
	case ${HAVIRT_MACHINES_ACCEL-} in
	tcg | kvm) echo "$HAVIRT_MACHINES_ACCEL" ;;
	'') if kvm_works; then echo kvm; else echo tcg; fi ;;
	*) die "HAVIRT_MACHINES_ACCEL: tcg or kvm" ;;
	esac
}

kvm_works() {
	grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo && (: <>/dev/kvm) 2>/dev/null
}

cpu() {
	if [ "$(accelerator)" = kvm ]; then echo host; else echo max; fi
}

node_address() { # NUMBER
	echo "10.78.0.1$1"
}

# In an emulated processor the time stamp counter goes on while a snapshot lies there; after a restore the
# kernel would see a jump, and every timer fire. KVM restores its clock by itself.
kernel_options() { # NUMBER
	local source=
	[ "$(accelerator)" = kvm ] || source='tsc=unstable clocksource=hpet'
	echo "console=ttyS0 quiet panic=-1 mitigations=off net.ifnames=0 $source lab.node=$1"
}

# Without KVM, QEMU would keep up to 1 GiB of translated code for each node.
accelerator_option() {
	if [ "$(accelerator)" = kvm ]; then echo kvm; else echo tcg,thread=multi,tb-size=256; fi
}

# Its disk at first, in the state of its snapshot where there is one.
make_disk() { # NODE
	local dir=$LAB/node/$1 snapshot=$SNAPSHOTS/$1.qcow2
	mkdir -p "$dir"
	rm -f "$dir/disk.qcow2"
	if [ -e "$snapshot" ]; then
		cp --sparse=always --reflink=auto "$snapshot" "$dir/disk.qcow2"
	else
		qemu-img create -q -f qcow2 -F raw -b "$IMAGE/base.img" "$dir/disk.qcow2"
	fi
}

# The monitor is a pair of FIFOs, which a shell can talk to.
power_on() { # NODE [restored]
	local node=$1 dir=$LAB/node/$1 number=${1#n} restore=()
	rm -f "$dir"/monitor.{in,out}
	mkfifo -m 600 "$dir"/monitor.{in,out}
	: >"$dir/console.log"
	plug "$node"
	[ -z "${2-}" ] || restore=(-loadvm booted)
	in_background "$node" qemu-system-x86_64 -name "$node" -uuid "78000000-0000-4000-8000-00000000000$number" \
		-accel "$(accelerator_option)" -cpu "$(cpu)" -m "$MEMORY" -display none -nodefaults -no-reboot \
		-chardev "file,id=console,path=$dir/console.log" -serial chardev:console \
		-chardev "pipe,id=monitor,path=$dir/monitor" -mon chardev=monitor,mode=control \
		-kernel "$IMAGE/vmlinuz" -initrd "$IMAGE/initrd" -append "$(kernel_options "$number")" \
		-drive "if=virtio,file=$dir/disk.qcow2,format=qcow2,backing.driver=raw,backing.file.filename=$IMAGE/base.img,cache=unsafe" \
		-netdev "tap,id=net,ifname=tap$number,script=no,downscript=no" \
		-device "virtio-net-pci,netdev=net,mac=52:54:00:78:00:0$number,romfile=" "${restore[@]}"
	wait_until 10 node_pid "$node" >/dev/null || die "$node does not start, see $LAB/log/$node"
}

node_pid() { # NODE
	local pids
	mapfile -t pids < <(pids_of hub qemu-system-x86 "*-name $1 *")
	((${#pids[@]} == 1)) && echo "${pids[0]}"
}

power_off() { # NODE
	signal hub KILL qemu-system-x86 "*-name $1 *"
}

# A cut cable stays cut when the node is switched off and on.
plug() { # NODE
	local tap=tap${1#n} state=up
	[ ! -e "$LAB/node/$1/cut" ] || state=down
	(in_network ip link show "$tap" >/dev/null 2>&1) || (in_network ip tuntap add "$tap" mode tap)
	(in_network ip link set "$tap" master br0 $state)
}

# In QEMU's human words, which are silent when all is well.
monitor() { # NODE COMMAND
	local dir=$LAB/node/$1 in out lock line
	exec {lock}>"$dir/monitor.lock" {in}<>"$dir/monitor.in" {out}<>"$dir/monitor.out"
	flock "$lock"
	printf '{"execute": "qmp_capabilities"}\n{"execute": "human-monitor-command", "id": "%s", "arguments": {"command-line": "%s"}}\n' \
		"$BASHPID" "$2" >&"$in"
	while read -r -t 180 -u "$out" line; do
		[[ $line = *'"id": "'$BASHPID'"'* ]] || continue
		exec {lock}>&- {in}>&- {out}>&-
		[[ $line = *'"return": ""'* ]] || die "$1: $2: $line"
		return 0
	done
	die "$1: $2: QEMU does not answer"
}

# Until a node that boots says so. A real boot, hence minutes of patience.
wait_boot() { # NODE
	wait_until 300 has_booted "$1" || die "$1 does not boot, see $LAB/node/$1/console.log"
}

has_booted() {
	grep -q LAB-READY "$LAB/node/$1/console.log" && return 0
	node_pid "$1" >/dev/null || die "$1 ended, see $LAB/node/$1/console.log and $LAB/log/$1"
	sleep 0.2
	return 1
}

# What a node does for the first time takes seconds here: libvirt asks QEMU what it can do, and all of it
# comes from the disk. Not iscsiadm: no module may be loaded yet.
warm_up() { # NODE
	(in_network ssh -F "$LAB/ssh_config" "$1" sh -eu) >/dev/null <<-'END'
		cat >/tmp/warm.xml <<XML
		<domain type='qemu'><name>warm</name><memory unit='MiB'>16</memory>
		<os><type arch='x86_64' machine='pc'>hvm</type></os></domain>
		XML
		virsh -c qemu:///system domcapabilities --virttype qemu --machine pc
		virsh -c qemu:///system create /tmp/warm.xml
		virsh -c qemu:///system destroy warm
		rm /tmp/warm.xml /var/log/libvirt/qemu/warm.log
		sync
	END
}

keep_snapshot() { # NODE
	monitor "$1" 'savevm booted'
	cp --sparse=always --reflink=auto "$LAB/node/$1/disk.qcow2" "$SNAPSHOTS/$1.$BASHPID"
	mv "$SNAPSHOTS/$1.$BASHPID" "$SNAPSHOTS/$1.qcow2"
}

# A restored clock is as old as the snapshot.
wait_ssh() { # NODE
	wait_until 30 set_clock "$1" || die "$1 does not answer over ssh, see $LAB/node/$1/console.log"
}

set_clock() { # NODE
	(in_network ssh -F "$LAB/ssh_config" -o BatchMode=yes -o ConnectTimeout=2 "$1" "date -s @$EPOCHREALTIME") \
		</dev/null >/dev/null 2>&1
}
