# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Partition tables and filesystems, made in plain files without mounting them.
# shellcheck disable=SC2154  # $work comes from the caller

# place FILE DISK OFFSET_MIB: copies FILE into DISK without its holes.
place() {
    dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none
    rm -f "$1"
}

# make_ext4 SIZE_MIB UUID TREE: as $work/part.
make_ext4() {
    truncate -s "$1M" "$work/part"
    mke2fs -q -F -t ext4 -b 4096 -U "$2" -d "$3" "$work/part"
}

# make_swap SIZE_MIB UUID: as $work/part.
make_swap() {
    truncate -s "$1M" "$work/part"
    chmod 0600 "$work/part"
    mkswap -q -U "$2" "$work/part"
}

# put_ext4 DISK OFFSET_MIB SIZE_MIB UUID TREE
put_ext4() {
    make_ext4 "$3" "$4" "$5"
    place "$work/part" "$1" "$2"
}

# put_swap DISK OFFSET_MIB SIZE_MIB UUID
put_swap() {
    make_swap "$3" "$4"
    place "$work/part" "$1" "$2"
}

# put_esp DISK OFFSET_MIB SIZE_MIB VOLUME_ID TREE
put_esp() {
    truncate -s "$3M" "$work/part"
    mkfs.vfat -F 32 -i "$4" -n ESP "$work/part"
    MTOOLS_SKIP_CHECK=1 mcopy -s -i "$work/part" "$5"/* ::
    place "$work/part" "$1" "$2"
}

# Splits /boot and /boot/efi off the tree, as they are filesystems of their own.
split_boot() {
    local root=$1
    mv "$root/boot" "$work/boot"
    mkdir "$root/boot"
    if [ -d "$work/boot/efi" ]; then
        mv "$work/boot/efi" "$work/efi"
        mkdir "$work/boot/efi"
    fi
}
