# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# BIOS, MBR: one btrfs with subvolumes for /, /home and /var/log, /boot in the
# first of them, and netplan.
# shellcheck disable=SC2034,SC2154  # used by, and coming from, the other parts

GUEST_PACKAGES="btrfs-progs grub-pc linux-image-cloud-amd64 netplan.io"
GRUB_BOOT_PARTITION=msdos1
GRUB_PREFIX="(,msdos1)/@/boot/grub"
GRUB_MODULES=btrfs

variant_dress() {
    local root=$1
    install_file 0644 "$root/etc/fstab" <<END
# <file system> <mount point> <type> <options> <dump> <pass>
/dev/sda1 / btrfs defaults,noatime,subvol=@ 0 0
/dev/sda1 /home btrfs defaults,noatime,subvol=@home 0 0
/dev/sda1 /var/log btrfs defaults,noatime,subvol=@log 0 0
/dev/sda2 none swap sw 0 0
END
    install_file 0644 "$root/home/kept" <<<"in a subvolume of its own"
    dress_grub_default "$root" "resume=/dev/sda2"
    network_netplan "$root"
    networkd_enable "$root"
    network_persistent_rules "$root"
    initramfs_settings "$root" /dev/sda2 vmw_pvscsi sd_mod btrfs crc32c_generic
    grub_bios "$root"
}

variant_disk() {
    local root=$1 disk=$2
    sfdisk --quiet "$disk" <<END
label: dos
label-id: 0x68326b06
1: start=1MiB, size=1150MiB, type=83, bootable
2: start=1151MiB, size=128MiB, type=82
END
    make_btrfs 1150 "$(fixed_uuid "$GUEST_NAME root")" "$root" @:/ @home:/home @log:/var/log
    place "$work/part" "$disk" 1
    put_swap "$disk" 1151 128 "$(fixed_uuid "$GUEST_NAME swap")"
    grub_bios_write "$disk"
}
