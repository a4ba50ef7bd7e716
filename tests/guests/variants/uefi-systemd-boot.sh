# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# UEFI, GPT, no GRUB: systemd-boot with the kernel, its initramfs and the entry
# for it on the ESP, / on sda2, swap on sda3.
# shellcheck disable=SC2034,SC2154  # used by, and coming from, the other parts

GUEST_PACKAGES="dosfstools linux-image-amd64 systemd-boot"

variant_dress() {
    local root=$1
    install_file 0644 "$root/etc/fstab" <<END
# <file system> <mount point> <type> <options> <dump> <pass>
/dev/sda2 / ext4 errors=remount-ro 0 1
/dev/sda1 /boot/efi vfat umask=0077 0 1
/dev/sda3 none swap sw 0 0
END
    prune_modules "$root"
    network_networkd "$root"
    network_persistent_rules "$root"
    bls_settings "$root" "root=/dev/sda2 ro resume=/dev/sda3"
    bls_install "$root"
    initramfs_settings "$root" /dev/sda3 ahci vmw_pvscsi sd_mod ext4 crc32c_generic
}

variant_boot() {
    initramfs_build "$1"
    bls_entries "$1"
}

variant_disk() {
    local root=$1 disk=$2
    sfdisk --quiet "$disk" <<END
label: gpt
label-id: $(fixed_uuid "$GUEST_NAME disk")
1: start=1MiB, size=192MiB, type=U, uuid=$(fixed_uuid "$GUEST_NAME sda1")
2: start=193MiB, size=1021MiB, type=L, uuid=$(fixed_uuid "$GUEST_NAME sda2")
3: start=1214MiB, size=64MiB, type=S, uuid=$(fixed_uuid "$GUEST_NAME sda3")
END
    mv "$root/boot/efi" "$work/efi"
    mkdir "$root/boot/efi"
    put_esp "$disk" 1 192 68326b09 "$work/efi"
    put_ext4 "$disk" 193 1021 "$(fixed_uuid "$GUEST_NAME root")" "$root"
    put_swap "$disk" 1214 64 "$(fixed_uuid "$GUEST_NAME swap")"
}
