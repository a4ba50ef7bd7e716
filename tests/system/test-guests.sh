#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The test guests are what they claim to be: each builds, boots on
# VMware-like hardware, and needs repair before it does on KVM's.
# shellcheck disable=SC2317  # check calls the functions by name
set -uo pipefail

guests=$(dirname "$(readlink -f "$0")")/../guests
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/test-guests.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
count=0 failed=0

# check NAME COMMAND [ARG...]: one test; what the command says is kept for it.
check() {
    local name=$1 result=ok
    shift
    count=$((count + 1))
    if ! "$@" >"$tmp/out" 2>&1; then
        result='not ok'
        failed=1
    fi
    echo "$result $count - $name"
    [ "$result" = ok ] || sed 's/^/# /' "$tmp/out"
}

exits_with() {
    local want=$1 got=0
    shift
    "$@" || got=$?
    [ "$got" = "$want" ] || { echo "exit status $got, not $want"; return 1; }
}

fact() {
    sed -nE "s/^$1=\"?([^\"]*)\"?\$/\1/p" "$tmp/facts"
}

# printed LINE: the guest printed exactly this line.
printed() {
    grep -qxF -- "$1" "$tmp/printed" || { echo "missing: $1"; cat "$tmp/printed"; return 1; }
}

printed_all() {
    local key=$1 value
    shift
    for value; do
        printed "$key $value" || return 1
    done
}

no_failed_unit() {
    printed H2K-END || return 1
    ! grep H2K-FAILED "$tmp/printed"
}

# boots one|both [OPTION...]: with the first disk alone, or with both.
boots() {
    local disks=("$tmp/disk.vmdk")
    [ "$1" = one ] || disks+=("$tmp/disk-2.vmdk")
    shift
    "$guests/boot" --firmware "$(fact FIRMWARE)" --mac "$(fact MAC)" \
        --timeout 600 "$@" "${disks[@]}"
}

boots_here() {
    boots "$1" --hardware vmware --bus "$(fact HARDWARE)" >"$tmp/printed"
}

stops_with() {
    local reason=$1
    shift
    if ! exits_with 1 "$@" >"$tmp/stop" 2>&1 || ! grep -qF -- "$reason" "$tmp/stop"; then
        cat "$tmp/stop"
        return 1
    fi
}

sparse_vmdk() {
    qemu-img info "$tmp/$1" | tee "$tmp/info"
    grep -q 'create type: monolithicSparse' "$tmp/info"
}

set -- bios-mbr-ext4 uefi-gpt-lvm
echo "1..$((6 + 9 * $# - 1 + 9))"

check 'build without arguments is a usage error' exits_with 2 "$guests/build"
check 'an unknown variant is a usage error' exits_with 2 "$guests/build" none "$tmp/disk.vmdk"
check 'an unknown kind of hardware is a usage error' \
    exits_with 2 "$guests/boot" --hardware none /dev/null
truncate -s 64M "$tmp/empty.raw"
check 'an empty disk is a dead end for the BIOS' stops_with 'nothing to boot' \
    "$guests/boot" --format raw "$tmp/empty.raw"
check 'an empty disk is a dead end for UEFI' stops_with 'firmware' \
    "$guests/boot" --format raw --firmware uefi --hardware virtio "$tmp/empty.raw"
check 'waiting for the marker comes to an end' stops_with 'no marker within 1 seconds' \
    "$guests/boot" --format raw --firmware uefi --hardware virtio --timeout 1 "$tmp/empty.raw"

for variant; do
    "$guests/build" --facts "$variant" >"$tmp/facts"
    : >"$tmp/printed"
    check "$variant: builds" "$guests/build" "$variant" "$tmp/disk.vmdk"
    check "$variant: is a sparse VMDK" sparse_vmdk disk.vmdk
    check "$variant: comes up on VMware-like hardware" boots_here one
    check "$variant: its root is $(fact ROOT_DEVICE)" printed "H2K-ROOT $(fact ROOT_DEVICE)"
    check "$variant: its /boot is $(fact BOOT_DEVICE)" printed "H2K-BOOT $(fact BOOT_DEVICE)"
    # shellcheck disable=SC2046  # a list of words
    check "$variant: swaps" printed_all H2K-SWAP $(fact SWAP_DEVICES)
    check "$variant: $(fact IFACE) has $(fact ADDRESS)" printed \
        "H2K-ADDR $(fact IFACE) $(fact ADDRESS)"
    check "$variant: no unit failed" no_failed_unit
    # The other one is shown to stop by the boot test of its import.
    [ "$variant" = bios-mbr-ext4 ] || check "$variant: does not come up on virtio unrepaired" \
        stops_with '(initramfs) prompt' boots one --hardware virtio
done

# What Linux calls its two disks changes from boot to boot, so that no name is compared here.
variant=bios-lvm-two-disks
"$guests/build" --facts "$variant" >"$tmp/facts"
: >"$tmp/printed"
check "$variant: builds" "$guests/build" "$variant" "$tmp/disk.vmdk"
check "$variant: its first disk is a sparse VMDK" sparse_vmdk disk.vmdk
check "$variant: its second disk is a sparse VMDK" sparse_vmdk disk-2.vmdk
check "$variant: comes up on VMware-like hardware" boots_here both
check "$variant: its root is $(fact ROOT_DEVICE)" printed "H2K-ROOT $(fact ROOT_DEVICE)"
check "$variant: $(fact IFACE) has $(fact ADDRESS)" printed \
    "H2K-ADDR $(fact IFACE) $(fact ADDRESS)"
check "$variant: no unit failed" no_failed_unit
check "$variant: does not come up without its second disk" \
    stops_with '(initramfs) prompt' boots one --hardware vmware
check "$variant: does not come up on virtio unrepaired" \
    stops_with '(initramfs) prompt' boots both --hardware virtio
exit "$failed"
