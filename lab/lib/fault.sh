# shellcheck shell=bash
# Faults and their healing. Each does nothing when it is already so.

fault() { # FAULT NODE
	local node=$2
	need_node "$node"
	cell_pid "$node" >/dev/null || die "$node is off"
	case $1 in
	sshd-stop) signal "$node" TERM sshd '*listener*' ;; # as `systemctl stop ssh`: sessions go on
	sshd-kill) signal "$node" KILL sshd '*' ;;
	sshd-start) start_daemon "$node" sshd '*listener*' -E /var/log/sshd.log ;;
	libvirtd-freeze) signal "$node" STOP libvirtd '*' ;;
	libvirtd-thaw) signal "$node" CONT libvirtd '*' ;;
	libvirtd-kill) signal "$node" KILL libvirtd '*' ;;
	libvirtd-start) start_daemon "$node" libvirtd '*' -d ;;
	cut) cable "$node" down ;;
	uncut) cable "$node" up ;;
	slow) speed "$node" slow ;;
	fast) speed "$node" fast ;;
	*) die_usage "unknown fault $1" ;;
	esac
}

cable() { # NODE up|down
	local mark=$LAB/node/$1/cut
	if [ "$2" = up ]; then rm -f "$mark"; else : >"$mark"; fi
	in_cell hub ip link set "v-$1" "$2"
}

# At this speed the migration of a guest of 32 MiB, nearly all of it zeros, takes ten seconds. Traffic
# to the node only, and until it is switched off.
speed() { # NODE slow|fast
	(in_network tc qdisc del dev "v-$1" root 2>/dev/null) || true
	[ "$2" = fast ] || (in_network tc qdisc add dev "v-$1" root tbf rate 1mbit burst 32kb latency 400ms)
}

# Returns when the daemon has put itself into the background, which both do when they are ready.
start_daemon() { # NODE NAME PATTERN ARGS...
	local node=$1 name=$2 init
	init=$(cell_pid "$node")
	[ -z "$(pids_of "$node" "$name" "$3")" ] || return 0
	shift 3
	(
		close_files
		exec env -i "${cell_environment[@]}" HAVIRT_LAB_CELL="$node" \
			nsenter -a -t "$init" -- "/usr/sbin/$name" "$@"
	) </dev/null >>"$LAB/log/$node/init.log" 2>&1 || die "cannot start $name on $node, see $LAB/log/$node"
}
