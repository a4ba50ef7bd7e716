# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# LVM metadata without the device mapper: the logical volumes are never
# activated, their places on the disk are computed.
# shellcheck disable=SC2154  # $work comes from the caller

lvm_run() {
    lvm "$@" --driverloaded n --config "devices { dir=\"/dev\" scan=\"/dev\"
        filter=[\"a|^$lvm_loop\$|\", \"r|.*|\"] use_devicesfile=0 }
        global { use_lvmpolld=0 locking_type=1 }
        backup { backup=0 archive=0 }"
}

# lvm_create DISK OFFSET_MIB SIZE_MIB VG NAME:MIB...
lvm_create() {
    local disk=$1 offset=$2 size=$3 vg=$4 lv
    shift 4
    lvm_loop=$(losetup --find --show --offset "${offset}MiB" --sizelimit "${size}MiB" "$disk")
    # Detached now, it goes away by itself when the descriptor is closed.
    exec 8<>"$lvm_loop"
    losetup --detach "$lvm_loop"
    lvm_run pvcreate --dataalignment 1m "$lvm_loop"
    lvm_run vgcreate --physicalextentsize 4m "$vg" "$lvm_loop"
    for lv; do
        lvm_run lvcreate --activate n --zero n --wipesignatures n \
            --name "${lv%%:*}" --size "${lv##*:}m" "$vg"
    done
    lvm_run lvs --noheadings --units m --nosuffix --options lv_name,seg_pe_ranges "$vg" \
        >"$work/lvs"
    sync "$lvm_loop"
    exec 8>&-
}

# lvm_offset OFFSET_MIB NAME: where the volume lies on the disk, in MiB.
# Extents are 4 MiB, and the first one starts 1 MiB into the physical volume.
lvm_offset() {
    local first
    first=$(sed -nE "s/^ *$2 +[^:]+:([0-9]+)-[0-9]+\$/\1/p" "$work/lvs")
    [ -n "$first" ]
    echo $(($1 + 1 + first * 4))
}
