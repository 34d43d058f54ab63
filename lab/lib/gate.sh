# shellcheck shell=bash
# havirt's gate on the nodes: fresh keys that get in by it alone, and no other key of the controller's.

gate() { # on|off
	need_lab
	case $1 in
	on) gate_on ;;
	off) gate_off ;;
	*) die_usage "gate: on or off" ;;
	esac
}

# The gate is that of the havirt in $HAVIRT or the search path; settings are no concern of this.
gate_on() {
	local havirt=(env -u HAVIRT_CONFIG "${HAVIRT:-havirt}" node gate) dir=$LAB/gate node
	command -v "${havirt[3]}" >/dev/null || die "gate: no ${havirt[3]}; name havirt's program in \$HAVIRT"
	gate_off
	mkdir "$dir"
	ssh-keygen -q -t ed25519 -N '' -C '' -f "$dir/scan"
	ssh-keygen -q -t ed25519 -N '' -C '' -f "$dir/act"
	"${havirt[@]}" --script >"$dir/havirt-gate"
	"${havirt[@]}" --keys --scan-key "$dir/scan.pub" --act-key "$dir/act.pub" >"$dir/lines"
	for node in $(all_nodes); do gate_of "$node" on; done
}

gate_off() {
	local node
	[ -d "$LAB/gate" ] || return 0
	for node in $(all_nodes); do gate_of "$node" off; done
	rm -r "$LAB/gate"
}

gate_of() { # NODE on|off
	local dir=$LAB/node/$1
	# The nodes' own keys, with which they migrate, stay as they are.
	if [ "$2" = on ]; then
		cat "$LAB/gate/lines" "$LAB"/node/*/root.ssh/id_ed25519.pub >"$dir/root.ssh/authorized_keys"
		mkdir "$dir/usr.local.sbin"
		install -m 755 "$LAB/gate/havirt-gate" "$dir/usr.local.sbin/"
		logger_script >"$dir/usr.local.sbin/logger"
		chmod 755 "$dir/usr.local.sbin/logger"
		if cell_pid "$1" >/dev/null; then in_cell "$1" mount --bind "$dir/usr.local.sbin" /usr/local/sbin; fi
	else
		cat "$LAB/key.pub" "$LAB"/node/*/root.ssh/id_ed25519.pub >"$dir/root.ssh/authorized_keys"
		if cell_pid "$1" >/dev/null; then in_cell "$1" umount /usr/local/sbin; fi
		rm -r "$dir/usr.local.sbin"
	fi
}

# There is no syslog in a node. The real logger says what it would have sent.
logger_script() {
	cat <<-'END'
		#!/bin/sh
		exec /usr/bin/logger --socket-errors=off --no-act --stderr "$@" 2>>/var/log/auth.log
	END
}
