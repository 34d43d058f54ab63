# shellcheck shell=bash
# The hub and the store's daemon in it, with its portals.

PORTALS=(10.78.0.1 10.78.0.2 fd00:78::1)

start_hub() {
	start_cell hub switch "$LAB/hub"
}

# In the hub, and marked as the lab's: it ends with the hub, whatever happens to its pid.
in_background() { # NAME CMD...
	local name=$1 hub
	shift
	hub=$(cell_pid hub) || die "the lab is not up"
	mkdir -p "$LAB/log"
	(
		close_files
		exec env -i "${cell_environment[@]}" HAVIRT_LAB_CELL="$name" TGT_IPC_SOCKET="$LAB/hub/tgtd" \
			nsenter -a -t "$hub" -- setsid "$@"
	) </dev/null >>"$LAB/log/$name" 2>&1 &
}

store_stopped() {
	[ -z "$(pids_of hub tgtd '*')" ]
}

store() { # start|stop|empty
	need_lab
	lock_store
	case $1 in
	start) start_store ;;
	stop) signal hub KILL tgtd '*' ;; # it ignores a SIGTERM while sessions are open
	empty)
		signal hub KILL tgtd '*'
		rm -rf "$LAB/store"
		mkdir -p "$LAB/store"
		mend_portals
		start_store
		;;
	*) die_usage "store: start, stop or empty" ;;
	esac
}

start_store() {
	local name number
	store_stopped || return 0
	rm -f "$LAB"/hub/tgtd.*
	in_background store tgtd -f --iscsi "portal=${PORTALS[0]}:3260"
	wait_until 5 tgtd_works || die "the store does not answer, see $LAB/log/store"
	for name in $(all_targets); do
		offer_target "$name"
		for number in $(luns_of "$name"); do offer_lun "$name" "$number"; done
	done
	for number in "${PORTALS[@]:1}"; do open_portal "$number"; done
	for number in "$LAB"/hub/refused/*; do close_portal "${number##*/}"; done
}

tgtd_works() {
	tgtadm_ --op show --mode sys >/dev/null 2>&1
}

portal_of() { # ADDRESS
	case $1 in *:*) echo "[$1]:3260" ;; *) echo "$1:3260" ;; esac
}

open_portal() { # ADDRESS
	tgtadm_ --mode portal --op new --param "portal=$(portal_of "$1")"
}

close_portal() { # ADDRESS
	tgtadm_ --mode portal --op delete --param "portal=$(portal_of "$1")"
}

# Cut: nothing comes back from that address, sessions hang. Refuse: nobody listens, sessions go on.
portal() { # cut|uncut|refuse|accept ADDRESS
	local address=$2 mark=$LAB/hub/refused/$2
	need_lab
	lock_store
	[[ " ${PORTALS[*]} " = *" $address "* ]] || die "portal $address: one of ${PORTALS[*]}"
	case $1 in
	cut)
		uncut_portal "$address"
		(in_network ip "$(family_of "$address")" rule add pref 100 from "$address" blackhole)
		;;
	uncut) uncut_portal "$address" ;;
	refuse)
		[ ! -e "$mark" ] || return 0
		: >"$mark"
		store_stopped || close_portal "$address"
		;;
	accept)
		[ -e "$mark" ] || return 0
		rm "$mark"
		store_stopped || open_portal "$address"
		;;
	*) die_usage "portal: cut, uncut, refuse or accept" ;;
	esac
}

family_of() { # ADDRESS
	case $1 in *:*) echo -6 ;; *) echo -4 ;; esac
}

uncut_portal() { # ADDRESS
	(in_network ip "$(family_of "$1")" rule del pref 100 from "$1" 2>/dev/null) || true
}

# All portals as they were, once the store starts.
mend_portals() {
	local address
	for address in "${PORTALS[@]}"; do uncut_portal "$address"; done
	rm -rf "$LAB/hub/refused"
	mkdir -p "$LAB/hub/refused"
}
