# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A software RAID1 that never had a driver: both halves get the same data and
# a superblock of version 1.2 that calls them clean.
# shellcheck disable=SC2154  # $here and $work come from the caller

# The data starts here in each half.
raid_data_mib=1

# put_raid1 FILE UUID NAME DISK:OFFSET_MIB...: FILE fills the array.
put_raid1() {
    local file=$1 uuid=$2 name=$3 half role=0 count
    shift 3
    count=$#
    for half; do
        "$here/lib/md-superblock" "${half%:*}" "${half#*:}" "$raid_data_mib" \
            "$(($(stat -c %s "$file") >> 20))" "$uuid" "$name" "$role" "$count"
        dd if="$file" of="${half%:*}" bs=1M seek=$((${half#*:} + raid_data_mib)) \
            conv=notrunc,sparse status=none
        role=$((role + 1))
    done
    rm -f "$file"
}
