# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# BIOS, MBR, two disks that are each other's mirror: / with /boot on a software
# RAID1, swap on both, GRUB on both. Two cards in a bond under a VLAN.
# shellcheck disable=SC2034,SC2154  # used by, and coming from, the other parts

GUEST_PACKAGES="grub-pc linux-image-cloud-amd64 mdadm"
GRUB_BOOT_PARTITION=msdos1
GRUB_PREFIX="(mduuid/$ARRAY_UUID)/boot/grub"
GRUB_MODULES="diskfilter mdraid1x ext2"

variant_dress() {
    local root=$1
    install_file 0644 "$root/etc/fstab" <<END
# <file system> <mount point> <type> <options> <dump> <pass>
/dev/md0 / ext4 errors=remount-ro 0 1
/dev/sda2 none swap sw 0 0
/dev/sdb2 none swap sw 0 0
END
    install_file 0644 "$root/etc/mdadm/mdadm.conf" <<END
HOMEHOST <system>
MAILADDR root
ARRAY /dev/md0 metadata=1.2 name=$GUEST_NAME:0 UUID=$(sed -E 's/.{8}/&:/g; s/:$//' <<<"$ARRAY_UUID")
END
    dress_grub_default "$root" ""
    network_bond "$root"
    initramfs_settings "$root" none vmw_pvscsi sd_mod md_mod raid1 ext4 crc32c_generic
    grub_bios "$root"
}

variant_disk() {
    local root=$1 disk=$2 second=$3 half id=9
    for half in "$disk" "$second"; do
        sfdisk --quiet "$half" <<END
label: dos
label-id: 0x68326b0$id
1: start=1MiB, size=829MiB, type=fd, bootable
2: start=830MiB, size=65MiB, type=82
END
        put_swap "$half" 830 65 "$(fixed_uuid "$GUEST_NAME swap $id")"
        grub_bios_write "$half"
        id=$((id - 1))
    done
    make_ext4 828 "$(fixed_uuid "$GUEST_NAME root")" "$root"
    put_raid1 "$work/part" "$ARRAY_UUID" "$GUEST_NAME:0" "$disk:1" "$second:1"
}
