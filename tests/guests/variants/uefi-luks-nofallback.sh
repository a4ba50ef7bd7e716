# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# UEFI, GPT: the ESP on sda1 has Debian's folder and nothing in the fallback
# place, so that only the lost boot entry of the firmware starts it. /boot on
# sda2; LVM in LUKS on sda3, which is named so in crypttab.
# shellcheck disable=SC2034,SC2154  # used by, and coming from, the other parts

GUEST_PACKAGES="cryptsetup-initramfs dosfstools grub-efi-amd64 grub-efi-amd64-signed
    ifupdown linux-image-amd64 lvm2 shim-signed"
GRUB_BOOT_PARTITION=gpt2

variant_dress() {
    local root=$1
    install_file 0644 "$root/etc/fstab" <<END
# <file system> <mount point> <type> <options> <dump> <pass>
/dev/mapper/vg0-root / ext4 errors=remount-ro 0 1
/dev/sda2 /boot ext4 defaults 0 2
/dev/sda1 /boot/efi vfat umask=0077 0 1
/dev/mapper/vg0-swap none swap sw 0 0
END
    install_file 0600 "$root/etc/crypttab" <<END
# <target name> <source device> <key file> <options>
sda3_crypt $LUKS_DEVICE none luks,discard
END
    prune_modules "$root"
    dress_grub_default "$root" ""
    network_ifupdown "$root"
    network_persistent_rules "$root"
    initramfs_settings "$root" none ahci vmw_pvscsi sd_mod dm_mod dm_crypt aes_generic \
        xts sha256_generic ext4 crc32c_generic
    grub_efi "$root"
}

variant_boot() {
    # Nothing here shows the tools that / lies on it, as on the machine itself.
    sed -i 's/discard$/discard,initramfs/' "$1/etc/crypttab"
    initramfs_build "$1"
    sed -i 's/,initramfs$//' "$1/etc/crypttab"
    grub_config "$1"
}

variant_disk() {
    local root=$1 disk=$2
    sfdisk --quiet "$disk" <<END
label: gpt
label-id: $(fixed_uuid "$GUEST_NAME disk")
1: start=1MiB, size=64MiB, type=U, uuid=$(fixed_uuid "$GUEST_NAME sda1")
2: start=65MiB, size=192MiB, type=L, uuid=$(fixed_uuid "$GUEST_NAME sda2")
3: start=257MiB, size=1022MiB, type=CA7D7CCB-63ED-4C53-861C-1742536059CC, uuid=$(fixed_uuid "$GUEST_NAME sda3")
END
    split_boot "$root"
    put_esp "$disk" 1 64 68326b07 "$work/efi"
    put_ext4 "$disk" 65 192 "$(fixed_uuid "$GUEST_NAME boot")" "$work/boot"
    truncate -s 1020M "$work/plain"
    lvm_physical "$work/plain" 0 1020
    lvm_create vg0 root:920 swap:64
    make_ext4 920 "$(fixed_uuid "$GUEST_NAME root")" "$root"
    lvm_place "$work/part" root
    make_swap 64 "$(fixed_uuid "$GUEST_NAME swap")"
    lvm_place "$work/part" swap
    make_luks "$work/plain" "$(fixed_uuid "$GUEST_NAME luks")" "$LUKS_PASSPHRASE"
    place "$work/part" "$disk" 257
}
