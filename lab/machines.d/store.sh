# shellcheck shell=bash
# The store's targets and LUNs, kept as files so that a store that was stopped comes back as it was:
#
#   store/NAME/tid                its number in tgtd
#   store/NAME/{chap,denied}      "USER PASSWORD"; nodes that are kept out, one a line
#   store/NAME/N.img N.data       LUN N, and how often its data were exchanged

IQN=iqn.2026-01.lab.havirt

tgtadm_() { # ARGS...
	(in_network env TGT_IPC_SOCKET="$LAB/hub/tgtd" tgtadm --lld iscsi "$@")
}

lock_store() {
	exec {store_lock}>"$LAB/hub/lock"
	flock "$store_lock"
}

check_target_name() { # NAME
	[[ $1 =~ ^[a-z0-9][a-z0-9.-]{0,62}$ ]] || die "target name $1: only a-z, 0-9, - and ."
}

need_target() { # NAME
	check_target_name "$1"
	[ -e "$LAB/store/$1/tid" ] || die "no target $1 in this lab"
}

need_lun() { # TARGET NUMBER
	need_target "$1"
	[[ $2 =~ ^[0-9]+$ && -e $LAB/store/$1/$2.img ]] || die "target $1 has no LUN $2"
}

check_size() { # SIZE_MIB
	[[ $1 =~ ^[1-9][0-9]{0,5}$ ]] || die "size $1: a number of MiB"
}

all_targets() {
	local file
	for file in "$LAB"/store/*/tid; do basename "$(dirname "$file")"; done
}

luns_of() { # TARGET
	local file
	for file in "$LAB/store/$1"/*.img; do basename "$file" .img; done | sort -n
}

tid_of() { # TARGET
	cat "$LAB/store/$1/tid"
}

# An NAA of the registered extended kind, as arrays have. The same for the same target, number and data.
wwid_of() { # TARGET NUMBER
	echo "6001405$(sha256sum <<<"$1 $2 $(cat "$LAB/store/$1/$2.data")" | cut -c1-25)"
}

target() {
	need_lab
	case ${1-} in
	add)
		need_args "target add" 1 "${@:2}"
		lock_store
		add_target "${@:2}"
		;;
	remove)
		need_args "target remove" 1 "${@:2}"
		lock_store
		need_target "$2"
		store_stopped || tgtadm_ --mode target --op delete --force --tid "$(tid_of "$2")"
		rm -rf "${LAB:?}/store/$2"
		;;
	list) list_luns ;;
	*) die_usage "target: add, remove or list" ;;
	esac
}

add_target() { # NAME [NUMBER[:SIZE_MIB]...]
	local name=$1 lun tid=0 other
	shift
	check_target_name "$name"
	[ ! -e "$LAB/store/$name" ] || die "target $name exists"
	for other in $(all_targets); do
		if (($(tid_of "$other") > tid)); then tid=$(tid_of "$other"); fi
	done
	mkdir -p "$LAB/store/$name"
	echo $((tid + 1)) >"$LAB/store/$name/tid"
	store_stopped || offer_target "$name"
	for lun in "$@"; do
		[[ $lun = *:* ]] || lun+=:16
		add_lun "$name" "${lun%:*}" "${lun#*:}"
	done
}

offer_target() { # NAME
	tgtadm_ --mode target --op new --tid "$(tid_of "$1")" -T "$IQN:$1"
	offer_chap "$1"
	admit "$1"
}

list_luns() {
	local name number
	for name in $(all_targets); do
		for number in $(luns_of "$name"); do
			printf '%s\t%d\t%d\t%s\n' "$IQN:$name" "$number" \
				$(($(stat -c %s "$LAB/store/$name/$number.img") >> 20)) "$(wwid_of "$name" "$number")"
		done
	done
}

lun() {
	need_lab
	case ${1-} in
	add | grow) need_args "lun $1" 3 "${@:2}" ;;
	remove | swap) need_args "lun $1" 2 "${@:2}" ;;
	*) die_usage "lun: add, grow, remove or swap" ;;
	esac
	lock_store
	if [ "$1" = add ]; then need_target "$2"; else need_lun "$2" "$3"; fi
	"$1_lun" "${@:2}"
}

add_lun() { # TARGET NUMBER SIZE_MIB
	local image=$LAB/store/$1/$2.img
	[[ $2 =~ ^[1-9][0-9]{0,2}$ ]] || die "LUN $2: a number from 1 (0 is the store's controller)"
	check_size "$3"
	[ ! -e "$image" ] || die "target $1 has a LUN $2"
	echo 1 >"$LAB/store/$1/$2.data"
	truncate -s "$3M" "$image"
	store_stopped || offer_lun "$1" "$2"
}

offer_lun() { # TARGET NUMBER
	local wwid
	wwid=$(wwid_of "$1" "$2")
	tgtadm_ --mode logicalunit --op new --tid "$(tid_of "$1")" --lun "$2" -b "$LAB/store/$1/$2.img"
	update_lun "$1" "$2" "vendor_id=HAVIRT,product_id=LAB,scsi_id=$wwid,scsi_sn=${wwid:20}"
}

update_lun() { # TARGET NUMBER PARAMETERS
	tgtadm_ --mode logicalunit --op update --tid "$(tid_of "$1")" --lun "$2" --params "$3"
}

# tgtd looks at a file's size when it opens it, and opens it anew only while the LUN is offline: some
# hundredths of a second, in which a guest's request fails and is tried again.
grow_lun() { # TARGET NUMBER SIZE_MIB
	local image=$LAB/store/$1/$2.img
	check_size "$3"
	(($3 << 20 >= $(stat -c %s "$image"))) || die "LUN $2 of $1 is larger than that"
	truncate -s "$3M" "$image"
	store_stopped && return
	update_lun "$1" "$2" online=0
	update_lun "$1" "$2" "path=$image"
	update_lun "$1" "$2" online=1
}

remove_lun() { # TARGET NUMBER
	store_stopped || tgtadm_ --mode logicalunit --op delete --tid "$(tid_of "$1")" --lun "$2"
	rm -f "$LAB/store/$1/$2."{img,data}
}

# Of the same size, so that nothing but the WWID tells.
swap_lun() { # TARGET NUMBER
	local image=$LAB/store/$1/$2.img data=$LAB/store/$1/$2.data size
	size=$(stat -c %s "$image")
	store_stopped || tgtadm_ --mode logicalunit --op delete --tid "$(tid_of "$1")" --lun "$2"
	rm "$image"
	truncate -s "$size" "$image"
	echo $(($(cat "$data") + 1)) >"$data"
	store_stopped || offer_lun "$1" "$2"
}

chap() { # TARGET USER PASSWORD | TARGET off
	local account=$LAB/store/$1/chap
	need_lab
	lock_store
	need_target "$1"
	if [ -e "$account" ]; then
		store_stopped || tgtadm_ --mode account --op unbind --tid "$(tid_of "$1")" --user "$(cut -d' ' -f1 "$account")"
		rm "$account"
	fi
	[ "$2" = off ] && return
	need_args chap 3 "$@"
	[[ $2 = +([!\ ]) && $3 = +([!\ ]) ]] || die "user and password: without spaces"
	echo "$2 $3" >"$account"
	store_stopped || offer_chap "$1"
}

# tgtd's accounts are its own, not a target's. One of another password makes way.
offer_chap() { # TARGET
	local user password
	[ -e "$LAB/store/$1/chap" ] || return 0
	read -r user password <"$LAB/store/$1/chap"
	tgtadm_ --mode account --op delete --user "$user" 2>/dev/null || true
	tgtadm_ --mode account --op new --user "$user" --password "$password"
	tgtadm_ --mode account --op bind --tid "$(tid_of "$1")" --user "$user"
}

deny() { # TARGET NODE...
	local file=$LAB/store/$1/denied node
	for node in "${@:2}"; do need_node "$node"; done
	lock_store
	need_target "$1"
	printf '%s\n' "${@:2}" >>"$file"
	store_stopped || admit "$1"
}

allow() { # TARGET
	need_lab
	lock_store
	need_target "$1"
	rm -f "$LAB/store/$1/denied"
	store_stopped || admit "$1"
}

# A session that is there stays. Who is not admitted does not even see the target.
admit() { # TARGET
	local tid number
	tid=$(tid_of "$1")
	tgtadm_ --mode target --op unbind --tid "$tid" -I ALL 2>/dev/null || true
	for number in "${NUMBERS[@]}"; do
		tgtadm_ --mode target --op unbind --tid "$tid" -I "$(node_address "$number")" 2>/dev/null || true
		tgtadm_ --mode target --op unbind --tid "$tid" -I "fd00:78::1$number" 2>/dev/null || true
	done
	if [ ! -e "$LAB/store/$1/denied" ]; then
		tgtadm_ --mode target --op bind --tid "$tid" -I ALL
		return
	fi
	for number in "${NUMBERS[@]}"; do
		grep -qxF "n$number" "$LAB/store/$1/denied" && continue
		tgtadm_ --mode target --op bind --tid "$tid" -I "$(node_address "$number")"
		tgtadm_ --mode target --op bind --tid "$tid" -I "fd00:78::1$number"
	done
}

# A domain on that LUN boots the heartbeat guest.
beat() { # TARGET NUMBER
	need_lab
	need_lun "$1" "$2"
	dd if="$LAB/guest/heartbeat.bin" of="$LAB/store/$1/$2.img" conv=notrunc status=none
	dd if=/dev/zero of="$LAB/store/$1/$2.img" bs=512 seek=1 count=1 conv=notrunc status=none
}

counter() { # TARGET NUMBER BYTE
	need_lab
	need_lun "$1" "$2"
	counter_of "$LAB/store/$1/$2.img" "$3"
}
