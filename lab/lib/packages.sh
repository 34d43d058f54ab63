# shellcheck shell=bash
# The Debian packages that the lab needs.

PACKAGES=(
	libvirt-daemon libvirt-daemon-system libvirt-daemon-driver-qemu libvirt-clients
	qemu-system-x86 qemu-utils qemu-block-extra
	openssh-server openssh-client iproute2 tini tgt binutils
)
PROGRAMS=(libvirtd virtlogd virtlockd losetup virsh qemu-system-x86_64 sshd ssh ssh-keygen ip tini tgtd tgtadm as ld unshare nsenter flock)
POLICY=/usr/sbin/policy-rc.d # Debian's packages ask it whether they may start a service

check_programs() {
	hash -- "${PROGRAMS[@]}" 2>/dev/null || die "some programs are missing, \`lab packages\` installs them"
}

missing_packages() {
	comm -13 \
		<(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "${PACKAGES[@]}" 2>/dev/null | sed -n 's/^ii //p' | sort) \
		<(printf '%s\n' "${PACKAGES[@]}" | sort)
}

install_packages() {
	local missing
	command -v dpkg-query >/dev/null || die "packages can only be installed on Debian and its kin"
	mapfile -t missing < <(missing_packages)
	((${#missing[@]})) || return 0
	echo "installing ${missing[*]}"
	forbid_services
	apt install -y --no-install-recommends "${missing[@]}" ||
		{ apt update && apt install -y --no-install-recommends "${missing[@]}"; } ||
		die "cannot install ${missing[*]}"
	disable_services "${missing[@]}"
}

apt() {
	DEBIAN_FRONTEND=noninteractive "${guard[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# Nothing that is installed may start. Where the machine already has a policy, ours covers it by a
# mount that only apt sees.
forbid_services() {
	local policy=$POLICY
	guard=()
	if [ -e "$POLICY" ]; then
		policy=$(mktemp)
		# shellcheck disable=SC2016
		guard=(unshare -m sh -c 'mount --bind "$0" "$1" && shift && exec "$@"' "$policy" "$POLICY")
	fi
	# shellcheck disable=SC2064
	trap "rm -f $policy" EXIT
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
}

# Nor at the next boot, where there is a systemd: the lab starts its own.
disable_services() { # PACKAGE...
	local units
	[ -d /run/systemd/system ] || return 0
	mapfile -t units < <(dpkg -L "$@" | sed -nE 's,.*/systemd/system/([^/@]+\.(service|socket|timer))$,\1,p' | sort -u)
	((${#units[@]} == 0)) || systemctl disable --quiet "${units[@]}" || true
}
