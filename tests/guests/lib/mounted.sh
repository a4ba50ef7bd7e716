# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Filesystems that no tool fills from a tree: made in $work/part, mounted from
# there and filled.
# shellcheck disable=SC2154  # $work comes from the caller

# make_xfs SIZE_MIB UUID TREE [SWAP_FILE_MIB]: with /swapfile if a size is given.
make_xfs() {
    truncate -s "$1M" "$work/part"
    mkfs.xfs -q -f -m "uuid=$2" "$work/part"
    mkdir -p "$work/mounted"
    mount -o loop,nouuid "$work/part" "$work/mounted"
    cp -a "$3/." "$work/mounted/"
    if [ -n "${4:-}" ]; then
        dd if=/dev/zero of="$work/mounted/swapfile" bs=1M count="$4" status=none
        chmod 0600 "$work/mounted/swapfile"
        mkswap -q "$work/mounted/swapfile"
    fi
    umount "$work/mounted"
}

# make_btrfs SIZE_MIB UUID TREE NAME:PATH...: a subvolume for each path.
# The first is for /; what a later one holds is mounted on the path.
make_btrfs() {
    local size=$1 uuid=$2 tree=$3 volume name path
    shift 3
    truncate -s "${size}M" "$work/part"
    mkfs.btrfs -q -f -M -U "$uuid" "$work/part"
    mkdir -p "$work/mounted"
    mount -o loop "$work/part" "$work/mounted"
    for volume; do
        name=${volume%%:*} path=${volume#*:}
        btrfs -q subvolume create "$work/mounted/$name"
        if [ "$path" = / ]; then
            cp -a "$tree/." "$work/mounted/$name/"
            tree=$work/mounted/$name
        else
            mv "$tree$path" "$work/moved"
            mkdir -p "$tree$path"
            cp -a "$work/moved/." "$work/mounted/$name/"
            rm -rf "$work/moved"
        fi
    done
    umount "$work/mounted"
}
