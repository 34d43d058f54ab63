# shellcheck shell=bash
# The hub: the bridge that nodes are plugged into, and the iSCSI store.

IQN=iqn.2026-01.lab.havirt

start_hub() {
	start_cell hub hub "$LAB/hub" "$SUBNET.1"
	wait_until 5 tgtadm_works || die "the store does not answer, see $LAB/log/hub/init.log"
}

tgtadm_works() {
	in_cell hub tgtadm --op show --mode sys >/dev/null 2>&1
}

# A guest that runs waits for its disk meanwhile, and goes on.
store() { # freeze|thaw
	need_lab
	case $1 in
	freeze) signal hub STOP tgtd '*' ;;
	thaw) signal hub CONT tgtd '*' ;;
	*) die_usage "store: freeze or thaw" ;;
	esac
}

# Connect a node's eth0. A cut cable stays cut when the node is switched off and on.
plug() { # NODE PID
	local state=up address mac
	# The same hardware address after each boot, or the others would go on sending to the old one.
	address=$(address_of "$1")
	mac=$(printf '52:54:00:00:00:%02x' "${address##*.}")
	[ ! -e "$LAB/node/$1/cut" ] || state=down
	unplug "$1" # the old cable goes with the old node, but a little later
	(in_network ip link add "v-$1" master br0 $state type veth peer name eth0 address "$mac" netns "$2")
}

unplug() { # NODE
	(in_network ip link del "v-$1" 2>/dev/null) || true
}

add_default_targets() {
	local name
	for name in ${HAVIRT_LAB_TARGETS-web1 web2 db1}; do
		add_target "$name" 4
	done
}

target() {
	local name
	need_lab
	case ${1-} in
	add)
		need_args "target add" 2 "${@:2}"
		add_target "$2" "$3"
		;;
	list)
		for name in $(target_names); do
			printf '%s\t%s:%s/1\t%d\n' "$name" "$IQN" "$name" \
				$(($(stat -c %s "$LAB/hub/targets/$name.img") >> 20))
		done
		;;
	*) die_usage "target: add or list" ;;
	esac
}

target_names() {
	local image
	for image in "$LAB"/hub/targets/*.img; do
		basename "$image" .img
	done
}

add_target() { # NAME SIZE_MIB
	local image=$LAB/hub/targets/$1.img lock
	[[ $1 =~ ^[a-z0-9][a-z0-9.-]*$ ]] || die "target name $1: only a-z, 0-9, - and ."
	[[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || die "size $2: a number of MiB"
	exec {lock}>"$LAB/hub/lock"
	flock "$lock" # the next target number is counted, so one at a time
	[ ! -e "$image" ] || die "target $1 exists"
	cp "$LAB/guest/heartbeat.bin" "$image"
	truncate -s "$2M" "$image"
	# shellcheck disable=SC2016
	in_cell hub sh -c 'set -e
		tgtadm --lld iscsi --op new --mode target --tid "$1" -T "$2"
		tgtadm --lld iscsi --op new --mode logicalunit --tid "$1" --lun 1 -b "$3"
		tgtadm --lld iscsi --op bind --mode target --tid "$1" -I ALL' \
		add "$(target_names | wc -l)" "$IQN:$1" "$image" || die "cannot add target $1"
	exec {lock}>&-
}

guest_counter() { # NAME BYTE
	local image=$LAB/hub/targets/$1.img
	need_lab
	[ -e "$image" ] || image=$LAB/hub/luns/$1.img
	[ -e "$image" ] || die "no target and no LUN $1 in this lab"
	counter_of "$image" "$2"
}
