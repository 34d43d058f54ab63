# shellcheck shell=bash
# The state directory, and the cells: a cell is a set of namespaces with an init of its own, be it
# the hub (bridge, store, and the network the controller runs in) or a node.
#
# Namespaces have no names: they live as long as their init and are reached through its pid. So
# nothing is left in /run/netns, two labs cannot clash, and killing an init ends all that is in it.

program=${program:-lab} # whose state this is: the machine lab's scripts read this, too
LAB=$(realpath -m "${state:-${HAVIRT_LAB:-/tmp/havirt-lab-$UID}}")
MARK=$LAB/.havirt-$program # without it, nothing in there is ours to delete
cell_environment=(
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
	HAVIRT_LAB_ROOT="$LAB" # tells our processes from all others, whatever happens to the state directory
)
SUBNET=10.77.0 # the same in every lab: each has a network of its own

[[ :$PATH: = *:/usr/sbin:* ]] || PATH+=:/usr/sbin

die() {
	echo "$program: $*" >&2
	exit 1
}

die_usage() {
	echo "$program: $*" >&2
	usage >&2
	exit 64
}

need_args() { # VERB COUNT ARGS...
	(($# - 2 >= $2)) || die_usage "$1: too few arguments"
}

need_lab() {
	[ -e "$LAB/nodes" ] || die "no lab in $LAB (\`$program up\` makes one)"
}

need_node() {
	need_lab
	[ -d "$LAB/node/$1" ] || die "no node $1 in this lab"
}

wait_until() { # SECONDS CMD...
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.02
	done
}

# Make the state directory, or reuse what a finished lab left there; never touch a foreign one.
new_state() {
	case $LAB/ in
	/run/* | /var/run/* | /var/lib/* | /var/log/* | /var/cache/* | /etc/* | /root/.ssh/* | /proc/* | /sys/*)
		die "HAVIRT_LAB=$LAB: every node has a directory of its own there, choose another" ;;
	*[[:space:]\"\'\\%\#,:]*) die "HAVIRT_LAB=$LAB: a plain path, please" ;;
	esac
	if [ -e "$MARK" ]; then
		[ -z "$(lab_pids)" ] || die "a lab is up in $LAB (\`$program down\` ends it)"
		delete_state
	elif [ -n "$(ls -A "$LAB" 2>/dev/null)" ]; then
		die "$LAB is not empty and not a lab"
	fi
	mkdir -p "$LAB"
	chmod 700 "$LAB"
	: >"$MARK"
	mkdir -p "$LAB"/{hub/targets,hub/luns,locks,node,guest,log}
}

# The mark goes last, so that an interrupted deletion can be repeated.
delete_state() { # [KEPT]
	[ -e "$MARK" ] || return 0
	find "$LAB" -mindepth 1 -maxdepth 1 ! -name "${MARK##*/}" ! -name "${1-}" -exec rm -rf {} +
	[ -n "${1-}" ] || rm -rf "$LAB"
}

all_nodes() {
	awk '{print $1}' "$LAB/nodes" 2>/dev/null || true
}

address_of() {
	awk -v node="$1" '$1 == node {print $2}' "$LAB/nodes"
}

# Start a cell: `lib/init-KIND DIR ARGS...` as pid 1 of new namespaces.
start_cell() { # NAME KIND DIR ARGS...
	local name=$1 kind=$2 uptime
	shift 2
	local clock=()
	if [ -e /proc/self/ns/time ]; then # uptime begins at 0 with each boot
		read -r uptime _ </proc/uptime
		clock=(-T --monotonic "-${uptime%.*}" --boottime "-${uptime%.*}")
	fi
	rm -f "$1/pid"
	mkdir -p "$LAB/log/$name"
	(
		close_files
		exec env -i "${cell_environment[@]}" HAVIRT_LAB_CELL="$name" \
			setsid unshare -n -m -u -p -f --kill-child "${clock[@]}" \
			/bin/bash "$here/lib/init-$kind" "$@"
	) </dev/null >>"$LAB/log/$name/init.log" 2>&1 &
	wait_until 5 cell_pid "$name" >/dev/null || die "$name did not start, see $LAB/log/$name/init.log"
}

# A daemon must not keep the caller's pipes and locks open.
close_files() {
	local fd
	for fd in /proc/self/fd/*; do
		fd=${fd##*/}
		if ((fd > 2)); then eval "exec $fd>&-"; fi
	done
}

# The pid of a cell's init, if it lives. A recycled pid does not have our environment.
cell_pid() { # NAME
	local dir=$LAB/node/$1 pid environ=() _
	[ "$1" != hub ] || dir=$LAB/hub
	{ read -r pid <"$dir/pid"; } 2>/dev/null || return 1
	for _ in {1..100}; do # while a process executes another program it seems to have none
		gone "$pid" && return 1
		{ mapfile -d '' -t environ <"/proc/$pid/environ"; } 2>/dev/null
		((${#environ[@]} == 0)) || break
	done
	[[ " ${environ[*]} " = *" HAVIRT_LAB_ROOT=$LAB "* && " ${environ[*]} " = *" HAVIRT_LAB_CELL=$1 "* ]] || return 1
	echo "$pid"
}

in_cell() { # NAME CMD...
	local pid
	pid=$(cell_pid "$1") || die "$1 is off"
	shift
	nsenter -a -t "$pid" -w"$PWD" -- "$@"
}

# The controller's place: the hub's network, and everything else the caller's.
in_network() {
	local pid
	pid=$(cell_pid hub) || die "the lab is not up"
	exec nsenter --net="/proc/$pid/ns/net" -- "$@"
}

gone() { # PID: no such process, or only its exit status is left
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	stat=${stat##*) }
	[ "${stat%% *}" = Z ]
}

# An init that is gone or a zombie has waited for everything in its pid namespace to die.
kill_and_wait() { # PID...
	local pid
	kill -9 "$@" 2>/dev/null || true
	for pid in "$@"; do
		wait_until 10 gone "$pid" || die "process $pid does not die"
	done
}

# The lab's processes, save the QEMUs, whose environment libvirt chooses. One that is starting cells
# counts, so verbs that do are marked like a cell.
lab_pids() {
	local file
	for file in $(grep -lszxF "HAVIRT_LAB_ROOT=$LAB" /proc/[0-9]*/environ || true); do
		file=${file%/environ}
		echo "${file##*/}"
	done | not_ours
}

mark_ourselves() {
	[ "${HAVIRT_LAB_ROOT-}" = "$LAB" ] || HAVIRT_LAB_ROOT=$LAB exec "$here/$program" "$@"
}

# What runs in the hub's network, such as what `lab run` started.
network_pids() {
	local hub dir
	hub=$(cell_pid hub) || return 0
	for dir in /proc/[0-9]*; do
		if [[ $dir/ns/net -ef /proc/$hub/ns/net ]]; then echo "${dir##*/}"; fi
	done | not_ours
}

not_ours() { # a filter of pids: not this process and its parents
	local pid=$BASHPID ours=()
	while ((pid > 1)); do
		ours+=(-e "$pid")
		pid=$(awk '/^PPid:/ {print $2}' "/proc/$pid/status")
	done
	grep -vxF "${ours[@]}" || true
}

kill_lab() {
	local pids
	while mapfile -t pids < <(network_pids; lab_pids) && ((${#pids[@]})); do
		kill_and_wait "${pids[@]}"
	done
}
