# shellcheck shell=bash
# Names, addresses, keys and ssh configuration: of the controller (in the state directory) and of the
# nodes among themselves (in /root/.ssh of each).

check_names() { # NODE...
	local node
	[ -z "$(printf '%s\n' "$@" | sort | uniq -d)" ] || die "a node is named twice"
	(($# <= 200)) || die "too many nodes"
	for node in "$@"; do
		# An interface is named after the node, and interface names end at 15 characters.
		[[ $node =~ ^[a-z]([a-z0-9-]{0,11}[a-z0-9])?$ ]] || die "node name $node: at most 13 of a-z, 0-9 and -"
		[[ $node != @(hub|store|localhost) ]] || die "a node cannot be named $node"
	done
}

write_network() { # NODE...
	local node i=10
	for node in "$@"; do
		echo "$node $SUBNET.$((++i))"
	done >"$LAB/nodes"
	{
		echo "127.0.0.1 localhost"
		echo "$SUBNET.1 store"
		awk '{print $2, $1}' "$LAB/nodes"
	} >"$LAB/hosts"
	: >"$LAB/resolv.conf" # a name that nobody knows must fail at once
}

write_keys() { # NODE...
	local node dir
	ssh-keygen -q -t ed25519 -N '' -C controller -f "$LAB/key" &
	for node in "$@"; do
		dir=$LAB/node/$node
		mkdir -p "$dir/etc/ssh" "$dir/root.ssh"
		chmod 700 "$dir/root.ssh"
		ssh-keygen -q -t ed25519 -N '' -C "$node" -f "$dir/etc/ssh/ssh_host_ed25519_key" &
		ssh-keygen -q -t ed25519 -N '' -C "root@$node" -f "$dir/root.ssh/id_ed25519" &
	done
	wait
	known_hosts "$@" >"$LAB/known_hosts"
	controller_config >"$LAB/ssh_config"
	for node in "$@"; do
		dir=$LAB/node/$node/root.ssh
		cat "$LAB/key.pub" "$LAB"/node/*/root.ssh/id_ed25519.pub >"$dir/authorized_keys"
		cp "$LAB/known_hosts" "$dir/known_hosts"
		node_config >"$dir/config"
		chmod 600 "$dir"/{authorized_keys,known_hosts,config}
	done
}

known_hosts() { # NODE...
	local node type key
	for node in "$@"; do
		read -r type key _ <"$LAB/node/$node/etc/ssh/ssh_host_ed25519_key.pub"
		echo "$node,$(address_of "$node") $type $key"
	done
}

# curve25519 because OpenSSH's default key exchange takes several times as long.
controller_config() {
	awk '{printf "Host %s\n\tHostName %s\n", $1, $2}' "$LAB/nodes"
	cat <<END
Host *
	User root
	IdentityFile $LAB/key
	IdentitiesOnly yes
	UserKnownHostsFile $LAB/known_hosts
	GlobalKnownHostsFile /dev/null
	StrictHostKeyChecking yes
	KexAlgorithms curve25519-sha256
	LogLevel ERROR
END
}

node_config() {
	cat <<END
Host $(all_nodes | paste -sd' ')
	User root
	BatchMode yes
	StrictHostKeyChecking yes
	KexAlgorithms curve25519-sha256
	LogLevel ERROR
END
}
