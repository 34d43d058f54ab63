# shellcheck shell=bash
# Who runs what, seen from outside: the machine's own process table, so that no libvirt has to be
# believed. Polled, hence without starting a single process.

declare -A inits   # node -> pid of its init
declare -A foreign # pids known to be in no node: a process never changes its pid namespace
qemus=()           # of each QEMU: NODE PID UUID STARTED and, if so, "incoming"

read_inits() {
	local node init before="${inits[*]}"
	inits=()
	while read -r node _; do
		# Like cell_pid, but quick: a recycled pid is told by being in our own pid namespace.
		{ read -r init <"$LAB/node/$node/pid"; } 2>/dev/null || continue
		[[ /proc/$init/ns/pid -ef /proc/self/ns/pid ]] || inits[$node]=$init
	done <"$LAB/nodes"
	[ "$before" = "${inits[*]}" ] || foreign=()
}

find_qemus() {
	local dir name node
	qemus=()
	for dir in /proc/[0-9]*; do
		[ -z "${foreign[$dir]-}" ] || continue
		node=
		for name in "${!inits[@]}"; do
			if [[ $dir/ns/pid -ef /proc/${inits[$name]}/ns/pid ]]; then node=$name; fi
		done
		if [ -z "$node" ]; then
			foreign[$dir]=1
		elif { read -r name <"$dir/comm"; } 2>/dev/null && [[ $name = qemu-system-* ]]; then
			look_at_qemu "$node" "$dir"
		fi
	done
}

# libvirt also runs QEMUs without a uuid, to ask them what they can do.
look_at_qemu() { # NODE DIR
	local args stat i uuid='' incoming=
	{ mapfile -d '' -t args <"$2/cmdline" && read -r stat <"$2/stat"; } 2>/dev/null || return 0
	for ((i = 0; i < ${#args[@]}; i++)); do
		case ${args[i]} in
		-uuid) uuid=${args[i + 1]-} ;;
		-incoming) incoming=incoming ;;
		esac
	done
	read -r -a stat <<<"${stat##*) }"
	if [ -n "$uuid" ]; then qemus+=("$1 ${2##*/} $uuid ${stat[19]} $incoming"); fi
}

qemus() {
	local qemu fields
	need_lab
	read_inits
	find_qemus
	for qemu in "${qemus[@]}"; do
		read -r -a fields <<<"$qemu"
		echo "${fields[*]:0:3}"
	done
}

# A migration's target is the younger of two and was started with -incoming. Everything else that
# shares a uuid is a domain that runs twice. (-incoming alone says little: a QEMU that once came by
# migration carries it for life.)
watch_doubles() { # [--all] FILE
	local all='' polls=0 never
	if [ "${1-}" = --all ]; then all=1; shift; fi
	need_args watch 1 "$@"
	need_lab
	exec >>"$1" {never}<> <(:)
	trap 'exit 0' TERM INT
	while [ -e "$LAB/nodes" ]; do
		((++polls % 200)) || foreign=() # in ten seconds no pid comes round again
		read_inits
		find_qemus
		((${#qemus[@]} < 2)) || report_doubles "$all"
		read -r -t 0.05 -u "$never" || true # sleeps without a process
	done
}

report_doubles() { # ALL
	local qemu uuid
	local -A count=()
	for qemu in "${qemus[@]}"; do
		read -r _ _ uuid _ <<<"$qemu"
		count[$uuid]=$((${count[$uuid]-0} + 1))
	done
	for uuid in "${!count[@]}"; do
		if ((count[$uuid] > 1)); then report "$uuid" "$1"; fi
	done
}

# TIME double|migration UUID NODE[+incoming] NODE[+incoming]..., oldest QEMU first.
report() { # UUID ALL
	local node uuid incoming homes=() kind=double
	while read -r node _ uuid _ incoming; do
		if [ "$uuid" = "$1" ]; then homes+=("$node${incoming:++incoming}"); fi
	done < <(printf '%s\n' "${qemus[@]}" | sort -n -k4,4)
	if ((${#homes[@]} == 2)) && [[ ${homes[1]} = *+incoming ]]; then kind=migration; fi
	if [ $kind = double ] || [ -n "$2" ]; then
		printf '%(%FT%T)T %s %s %s\n' -1 $kind "$1" "${homes[*]}"
	fi
}
