# shellcheck shell=bash
# What the nodes boot from: kernel, initrd, disk image and ssh keys, made once and kept in $CACHE below a
# digest of what they are made of. A node's snapshot joins them when it has booted for the first time.

CACHE=$(realpath -m "${HAVIRT_MACHINES_CACHE:-/var/cache/havirt-machines}")
NUMBERS=(1 2 3 4 5 6 7 8 9) # of all nodes there can be: the image knows their keys
KEPT=3                      # images, and kinds of snapshots of each, that stay: of two branches, and of the day before

# In the nodes. Not multipath-tools: a map can be made with dmsetup, and its udev rules double the time
# until a disk's links are there.
NODE_PACKAGES=(
	systemd-sysv dbus udev kmod procps iproute2 netcat-openbsd openssh-server e2fsprogs
	open-iscsi lvm2 lsscsi
	libvirt-daemon-system libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 qemu-utils
)
# Only unpacked, never installed on this machine. The kernel comes with them.
TOOLS=(busybox-static mmdebstrap)
MIRROR=http://deb.debian.org

# Of all that decides what is in the image, and of what decides how its machine looks.
image_digest() {
	{
		declare -f make_image make_keys make_initrd make_root set_services
		declare -p NODE_PACKAGES NUMBERS MIRROR
		cd "$here/machines.d"
		find root initrd -type f | LC_ALL=C sort | while read -r file; do
			echo "$file"
			cat "$file"
		done
	} | digest
}

machine_digest() {
	{
		declare -f power_on kernel_options accelerator_option warm_up
		qemu-system-x86_64 --version
		echo "$(accelerator) $(cpu) $MEMORY"
		[ "$(accelerator)" = tcg ] || grep -m1 '^flags' /proc/cpuinfo # what the nodes' processors have
	} | digest
}

digest() { sha256sum | cut -c1-12; }

# Sets IMAGE and SNAPSHOTS. One at a time on this machine; those who come later find it there.
build_image() {
	local lock building
	IMAGE=$CACHE/$(image_digest)
	SNAPSHOTS=$IMAGE/snapshots-$(machine_digest)
	mkdir -p "$CACHE"
	exec {lock}>"$CACHE/lock"
	flock "$lock"
	if [ ! -d "$IMAGE" ]; then
		building=$CACHE/building
		rm -rf --one-file-system "$building"
		mkdir -p "$building"
		make_image "$building" >&2 {lock}>&-
		mv "$building" "$IMAGE"
	fi
	mkdir -p "$SNAPSHOTS"
	touch "$IMAGE" "$SNAPSHOTS"
	keep_newest "$CACHE" '*'
	keep_newest "$IMAGE" 'snapshots-*'
	exec {lock}>&-
}

# Those used last. A node that runs keeps the files that it has open.
keep_newest() { # DIR PATTERN
	local old
	find "$1" -mindepth 1 -maxdepth 1 -type d -name "$2" -printf '%T@ %p\n' | sort -rn | cut -d' ' -f2- |
		tail -n "+$((KEPT + 1))" | while read -r old; do rm -rf --one-file-system "$old"; done
}

make_image() { # DIR
	local dir=$1 kernel deb
	mkdir -p "$dir"/{deb,tools,ssh}
	make_keys "$dir/ssh"
	echo "fetching the kernel"
	kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
	[ -n "$kernel" ] || die "apt knows no linux-image-cloud-amd64 (\`apt-get update\`)"
	(cd "$dir/deb" && apt-get -qq -o APT::Sandbox::User=root download "$kernel" "${TOOLS[@]}") ||
		die "cannot download $kernel ${TOOLS[*]} (\`apt-get update\`)"
	for deb in "$dir"/deb/*.deb; do dpkg-deb -x "$deb" "$dir/tools"; done
	cp "$dir"/tools/boot/vmlinuz-* "$dir/vmlinuz"
	make_initrd "$dir"
	echo "installing Debian"
	make_root "$dir" || die "cannot install Debian for the nodes"
	echo "making the disk"
	truncate -s 3G "$dir/base.img"
	mke2fs -q -F -t ext4 -O ^has_journal -E lazy_itable_init=0 -d "$dir/root" "$dir/base.img"
	rm -rf --one-file-system "$dir"/{deb,tools,initrd.d,root}
}

make_keys() { # DIR
	local number
	ssh-keygen -q -t ed25519 -N '' -C controller -f "$1/key"
	for number in "${NUMBERS[@]}"; do
		mkdir "$1/n$number"
		ssh-keygen -q -t ed25519 -N '' -C "n$number" -f "$1/n$number/ssh_host_ed25519_key"
		ssh-keygen -q -t ed25519 -N '' -C "root@n$number" -f "$1/n$number/id_ed25519"
		echo "n$number,$(node_address "$number") $(cut -d' ' -f1,2 "$1/n$number/ssh_host_ed25519_key.pub")"
	done >"$1/known_hosts"
	cat "$1"/key.pub "$1"/n?/id_ed25519.pub >"$1/authorized_keys"
}

make_initrd() { # DIR
	local dir=$1 module
	mkdir -p "$dir"/initrd.d/{bin,modules,new,dev,proc}
	cp "$here/machines.d/initrd/init" "$dir/initrd.d/"
	cp "$dir/tools/bin/busybox" "$dir/initrd.d/bin/"
	for module in virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk; do
		find "$dir/tools/lib/modules" -name $module.ko -exec cp {} "$dir/initrd.d/modules/" \;
	done
	(cd "$dir/initrd.d" && find . | "$dir/tools/bin/busybox" cpio -o -H newc 2>/dev/null) | gzip -1 >"$dir/initrd"
}

make_root() { # DIR
	local dir=$1 root=$1/root suites
	suites=(
		"deb $MIRROR/debian bookworm main" "deb $MIRROR/debian bookworm-updates main"
		"deb $MIRROR/debian-security bookworm-security main"
	)
	# What it mounts must not outlive it.
	PATH=$PATH:$dir/tools/usr/bin unshare -m mmdebstrap --quiet --mode=root --variant=minbase \
		--aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--include="$(IFS=,; echo "${NODE_PACKAGES[*]}")" bookworm "$root" "${suites[@]}" || return 1
	mkdir -p "$root/usr/lib/modules"
	cp -a "$dir"/tools/lib/modules/* "$root/usr/lib/modules/"
	chroot "$root" depmod "$(basename "$root"/usr/lib/modules/*)"
	cp -r --no-preserve=ownership "$here/machines.d/root/." "$root/"
	mkdir -p "$root/etc/lab"
	cp -r "$dir"/ssh/n? "$root/etc/lab/"
	cp "$dir"/ssh/{authorized_keys,known_hosts} "$root/root/.ssh/"
	chmod 700 "$root/root" "$root/root/.ssh"
	chmod 600 "$root"/root/.ssh/*
	rm -f "$root"/etc/ssh/ssh_host_*
	: >"$root/etc/resolv.conf" # a name that nobody knows must fail at once
	set_services "$root"
}

# Debian's own choice, but for timers that would work at any moment, and consoles that nobody looks at.
set_services() { # ROOT
	chroot "$1" systemctl -q enable lab-node lab-ready
	chroot "$1" systemctl -q mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
		e2scrub_reap.service fstrim.timer logrotate.timer systemd-pstore.service systemd-timesyncd.service \
		getty@tty1.service serial-getty@ttyS0.service
}
