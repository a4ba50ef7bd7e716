# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# BIOS, MBR, built like the guests of the Red Hat family: dracut, / on XFS,
# NetworkManager, and swap in a file.
# shellcheck disable=SC2034,SC2154  # used by, and coming from, the other parts

GUEST_PACKAGES="dracut grub-pc linux-image-cloud-amd64 network-manager xfsprogs"
GRUB_BOOT_PARTITION=msdos1

variant_dress() {
    local root=$1
    install_file 0644 "$root/etc/fstab" <<END
# <file system> <mount point> <type> <options> <dump> <pass>
/dev/sda2 / xfs defaults 0 0
/dev/sda1 /boot ext4 defaults 0 2
/swapfile none swap sw 0 0
END
    dress_grub_default "$root" ""
    network_keyfile "$root"
    network_persistent_rules "$root"
    dracut_settings "$root"
    grub_bios "$root"
}

variant_boot() {
    dracut_build "$1" vmw_pvscsi sd_mod vmxnet3 xfs libcrc32c crc32c_generic crc32c-intel
    grub_config "$1"
}

variant_disk() {
    local root=$1 disk=$2
    sfdisk --quiet "$disk" <<END
label: dos
label-id: 0x68326b05
1: start=1MiB, size=192MiB, type=83, bootable
2: start=193MiB, size=958MiB, type=83
END
    split_boot "$root"
    put_ext4 "$disk" 1 192 "$(fixed_uuid "$GUEST_NAME boot")" "$work/boot"
    make_xfs 958 "$(fixed_uuid "$GUEST_NAME root")" "$root" 64
    place "$work/part" "$disk" 193
    grub_bios_write "$disk"
}
