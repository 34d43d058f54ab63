# shellcheck shell=bash
# The heartbeat guest, and what it writes.

build_guest() {
	local guest=$LAB/guest/heartbeat
	as --32 -o "$guest.o" "$here/guest/heartbeat.s"
	ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o "$guest.bin" "$guest.o"
	rm "$guest.o"
}

# What the guest keeps on its disk; the store writes through the machine's page cache, so its file
# is always up to date.
counter_of() { # IMAGE BYTE
	od -An -tu4 -j "$2" -N4 "$1" | tr -d ' '
}
