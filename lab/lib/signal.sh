# shellcheck shell=bash
# The processes inside a cell, found by what they are.

# The pids on the machine of a cell's processes with this name and a command line like this.
pids_of() { # CELL NAME PATTERN
	local init dir name line
	init=$(cell_pid "$1") || return 0
	for dir in /proc/[0-9]*; do
		{ read -r name <"$dir/comm"; } 2>/dev/null || continue
		[[ $name = "$2" && $dir/ns/pid -ef /proc/$init/ns/pid ]] || continue
		{ mapfile -d '' -t line <"$dir/cmdline"; } 2>/dev/null || continue
		# shellcheck disable=SC2053
		if [[ ${line[*]} = $3 ]]; then echo "${dir##*/}"; fi
	done
}

signal() { # CELL SIGNAL NAME PATTERN
	local pids pid
	mapfile -t pids < <(pids_of "$1" "$3" "$4")
	((${#pids[@]})) || return 0
	kill "-$2" "${pids[@]}" 2>/dev/null || true
	case $2 in
	TERM | KILL) for pid in "${pids[@]}"; do wait_until 5 gone "$pid" || die "$3 on $1 does not end"; done ;;
	esac
}
