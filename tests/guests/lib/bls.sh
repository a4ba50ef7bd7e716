# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# systemd-boot, and kernels on the EFI system partition as kernel-install puts
# them there: in a folder named by the machine-id, with an entry for each.

# bls_settings ROOT OPTIONS: the kernel options besides the console.
bls_settings() {
    install_file 0644 "$1/etc/kernel/install.conf" <<<layout=bls
    install_file 0644 "$1/etc/kernel/cmdline" <<<"console=tty0 console=ttyS0,115200 quiet $2"
}

# The loader, in its own place and in that which firmware tries without an entry.
bls_install() {
    local root=$1 esp=$1/boot/efi loader
    loader=$root/usr/lib/systemd/boot/efi/systemd-bootx64.efi
    install -D -m 0644 "$loader" "$esp/EFI/systemd/systemd-bootx64.efi"
    install -D -m 0644 "$loader" "$esp/EFI/BOOT/BOOTX64.EFI"
    install_file 0644 "$esp/loader/loader.conf" <<<'timeout 1'
    install_file 0644 "$esp/loader/entries.srel" <<<type1
    mkdir -p "$esp/$(cat "$root/etc/machine-id")"
}

# Enters each installed kernel.
bls_entries() {
    local root=$1 kernel
    for kernel in "$root"/lib/modules/*; do
        kernel=${kernel##*/}
        in_guest "$root" BOOT_ROOT=/boot/efi SYSTEMD_RELAX_ESP_CHECKS=1 SYSTEMD_RELAX_XBOOTLDR_CHECKS=1 \
            kernel-install add "$kernel" "/boot/vmlinuz-$kernel" "/boot/initrd.img-$kernel"
    done
    # Paths there are those in the partition, on which nothing is mounted yet.
    sed -i -E 's,^(linux|initrd)( +)/boot/efi/,\1\2/,' "$root/boot/efi/loader/entries"/*.conf
    grep -q "^initrd  */$(cat "$root/etc/machine-id")/" "$root/boot/efi/loader/entries"/*.conf
}
