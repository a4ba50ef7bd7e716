# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# LVM metadata without the device mapper: the logical volumes are never
# activated, their places on the disks are computed.
# shellcheck disable=SC2154  # $work comes from the caller

# Of each physical volume: its loop device, the descriptor that keeps that,
# its disk and where it starts there.
lvm_loops=() lvm_fds=() lvm_disks=() lvm_offsets=()

# lvm_physical DISK OFFSET_MIB SIZE_MIB: one more physical volume for lvm_create.
lvm_physical() {
    local disk=$1 offset=$2 size=$3 loop fd
    loop=$(losetup --find --show --offset "${offset}MiB" --sizelimit "${size}MiB" "$disk")
    # Detached now, it goes away by itself when the descriptor is closed.
    exec {fd}<>"$loop"
    losetup --detach "$loop"
    lvm_loops+=("$loop") lvm_fds+=("$fd") lvm_disks+=("$disk") lvm_offsets+=("$offset")
}

lvm_run() {
    lvm "$@" --driverloaded n --config "devices { dir=\"/dev\" scan=\"/dev\"
        filter=[$(printf '"a|^%s$|", ' "${lvm_loops[@]}")\"r|.*|\"] use_devicesfile=0 }
        global { use_lvmpolld=0 locking_type=1 }
        backup { backup=0 archive=0 }"
}

# lvm_create VG NAME:MIB...: makes the volume group of all physical volumes.
lvm_create() {
    local vg=$1 lv fd
    shift
    lvm_run pvcreate --dataalignment 1m "${lvm_loops[@]}"
    lvm_run vgcreate --physicalextentsize 4m "$vg" "${lvm_loops[@]}"
    for lv; do
        lvm_run lvcreate --activate n --zero n --wipesignatures n \
            --name "${lv%%:*}" --size "${lv##*:}m" "$vg"
    done
    lvm_run lvs --noheadings --segments --options lv_name,seg_pe_ranges "$vg" >"$work/lvs"
    sync "${lvm_loops[@]}"
    for fd in "${lvm_fds[@]}"; do
        exec {fd}>&-
    done
}

# lvm_place FILE NAME: copies FILE into the volume, piece by piece.
# Extents are 4 MiB, and the first one starts 1 MiB into the physical volume.
lvm_place() {
    local file=$1 name=$2 loop first last i done=0
    while read -r loop first last; do
        for i in "${!lvm_loops[@]}"; do
            [ "${lvm_loops[i]}" = "$loop" ] || continue
            dd if="$file" of="${lvm_disks[i]}" bs=1M skip="$done" count=$(((last - first + 1) * 4)) \
                seek=$((lvm_offsets[i] + 1 + first * 4)) conv=notrunc,sparse status=none
        done
        done=$((done + (last - first + 1) * 4))
    done < <(sed -nE "s/^ *$name +([^ :]+):([0-9]+)-([0-9]+) *\$/\1 \2 \3/p" "$work/lvs")
    [ "$done" = $(($(stat -c %s "$file") >> 20)) ]
    rm -f "$file"
}
