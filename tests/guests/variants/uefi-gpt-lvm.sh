# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# UEFI, GPT: ESP on sda1, /boot on sda2, LVM with / and swap on sda3, and
# a swap partition to resume from on sda4.
# shellcheck disable=SC2034,SC2154  # used by, and coming from, the other parts

# Debian's UEFI firmware does not boot from pvscsi, hence SATA, and the kernel
# for clouds has no SATA driver.
GUEST_PACKAGES="dosfstools grub-efi-amd64 grub-efi-amd64-signed
    linux-image-amd64 lvm2 open-vm-tools shim-signed"
GRUB_BOOT_PARTITION=gpt2

variant_dress() {
    local root=$1
    install_file 0644 "$root/etc/fstab" <<END
# <file system> <mount point> <type> <options> <dump> <pass>
/dev/mapper/vg0-root / ext4 errors=remount-ro 0 1
$BOOT_SPELLING /boot ext4 defaults 0 2
/dev/sda1 /boot/efi vfat umask=0077 0 1
/dev/sda4 none swap sw 0 0
/dev/mapper/vg0-swap none swap sw 0 0
END
    dress_lvm_filter "$root" /dev/sda
    dress_mount_unit "$root" /dev/sda1 "$UNIT_MOUNT" vfat
    dress_grub_default "$root" "resume=/dev/sda4"
    network_networkd "$root"
    network_persistent_rules "$root"
    initramfs_settings "$root" /dev/sda4 \
        ahci vmw_pvscsi mptspi mptsas sd_mod dm_mod ext4 crc32c_generic
    grub_efi "$root"
    grub_efi_fallback "$root"
}

variant_disk() {
    local root=$1 disk=$2
    sfdisk --quiet "$disk" <<END
label: gpt
label-id: $(fixed_uuid "$GUEST_NAME disk")
1: start=1MiB, size=64MiB, type=U, uuid=$(fixed_uuid "$GUEST_NAME sda1")
2: start=65MiB, size=256MiB, type=L, uuid=$(fixed_uuid "$GUEST_NAME sda2")
3: start=321MiB, size=1597MiB, type=V, uuid=$(fixed_uuid "$GUEST_NAME sda3")
4: start=1918MiB, size=128MiB, type=S, uuid=$(fixed_uuid "$GUEST_NAME sda4")
END
    split_boot "$root"
    put_esp "$disk" 1 64 68326b02 "$work/efi"
    put_ext4 "$disk" 65 256 "$(fixed_uuid "$GUEST_NAME boot")" "$work/boot"
    lvm_physical "$disk" 321 1597
    lvm_create vg0 root:1408 swap:96
    make_ext4 1408 "$(fixed_uuid "$GUEST_NAME root")" "$root"
    lvm_place "$work/part" root
    make_swap 96 "$(fixed_uuid "$GUEST_NAME lvm swap")"
    lvm_place "$work/part" swap
    put_swap "$disk" 1918 128 "$(fixed_uuid "$GUEST_NAME swap")"
}
