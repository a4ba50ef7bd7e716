# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# BIOS, MBR: / on sda1, /boot on sda2, swap on the logical partition sda5.
# shellcheck disable=SC2034,SC2154  # used by, and coming from, the other parts

GUEST_PACKAGES="grub-pc ifupdown linux-image-cloud-amd64 open-vm-tools"
GRUB_BOOT_PARTITION=msdos2

variant_dress() {
    local root=$1
    install_file 0644 "$root/etc/fstab" <<END
# <file system> <mount point> <type> <options> <dump> <pass>
/dev/sda1 / ext4 errors=remount-ro 0 1
$BOOT_SPELLING /boot ext4 defaults 0 2
/dev/sda5 none swap sw 0 0
END
    dress_grub_default "$root" "resume=/dev/sda5"
    network_ifupdown "$root"
    network_persistent_rules "$root"
    initramfs_settings "$root" /dev/sda5 vmw_pvscsi sd_mod ext4 crc32c_generic
    grub_bios "$root"
}

variant_disk() {
    local root=$1 disk=$2
    sfdisk --quiet "$disk" <<END
label: dos
label-id: 0x68326b01
1: start=1MiB, size=1152MiB, type=83
2: start=1153MiB, size=256MiB, type=83, bootable
3: start=1409MiB, size=127MiB, type=5
5: start=1410MiB, size=126MiB, type=82
END
    split_boot "$root"
    put_ext4 "$disk" 1 1152 "$(fixed_uuid "$GUEST_NAME root")" "$root"
    put_ext4 "$disk" 1153 256 "$(fixed_uuid "$GUEST_NAME boot")" "$work/boot"
    put_swap "$disk" 1410 126 "$(fixed_uuid "$GUEST_NAME swap")"
    grub_bios_write "$disk"
}
