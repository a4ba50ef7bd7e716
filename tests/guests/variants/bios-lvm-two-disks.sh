# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# BIOS, MBR, two disks: /boot on the first, swap on the second, and one volume
# group over both. What is in its only volume, /, takes more room than either
# has. Linux names two SCSI disks in the order in which they answer, which
# changes from boot to boot: fstab names them by path.
# shellcheck disable=SC2034,SC2154  # used by, and coming from, the other parts

GUEST_PACKAGES="grub-pc ifupdown linux-image-cloud-amd64 lvm2"
GRUB_BOOT_PARTITION=msdos1

variant_dress() {
    local root=$1
    install_file 0644 "$root/etc/fstab" <<END
# <file system> <mount point> <type> <options> <dump> <pass>
/dev/mapper/vg0-root / ext4 errors=remount-ro 0 1
$BOOT_SPELLING /boot ext4 defaults 0 2
$SWAP_SPELLING none swap sw 0 0
END
    dress_grub_default "$root" "resume=$SWAP_SPELLING"
    network_ifupdown "$root"
    network_persistent_rules "$root"
    initramfs_settings "$root" "$SWAP_SPELLING" vmw_pvscsi sd_mod dm_mod ext4 crc32c_generic
    grub_bios "$root"
}

variant_disk() {
    local root=$1 disk=$2 second=$3
    sfdisk --quiet "$disk" <<END
label: dos
label-id: 0x68326b03
1: start=1MiB, size=128MiB, type=83, bootable
2: start=129MiB, size=250MiB, type=8e
END
    sfdisk --quiet "$second" <<END
label: dos
label-id: 0x68326b04
1: start=1MiB, size=64MiB, type=82
2: start=65MiB, size=242MiB, type=8e
END
    split_boot "$root"
    put_ext4 "$disk" 1 128 "$(fixed_uuid "$GUEST_NAME boot")" "$work/boot"
    put_swap "$second" 1 64 "$(fixed_uuid "$GUEST_NAME swap")"
    lvm_physical "$disk" 129 250
    lvm_physical "$second" 65 242
    lvm_create vg0 root:480
    make_ext4 480 "$(fixed_uuid "$GUEST_NAME root")" "$root"
    lvm_place "$work/part" root
    grub_bios_write "$disk"
}
