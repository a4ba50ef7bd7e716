# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# GRUB as the guest's own installer would have left it.
# shellcheck disable=SC2154  # $here and the variant's settings come from the caller

# grub.cfg from the guest's own grub-mkconfig. Its two probing programs are
# covered for the moment by ones that answer as on the VMware machine.
grub_config() {
    local root=$1 tool
    printf '(hd0)\t/dev/sda\n' >"$root/boot/grub/device.map"
    for tool in sbin/grub-probe bin/grub-mkrelpath; do
        install -D -m 0755 "$here/files/${tool#*/}" "$root/run/tools/${tool#*/}"
        mount --bind "$root/run/tools/${tool#*/}" "$root/usr/$tool"
    done
    in_guest "$root" \
        GUEST_ROOT_DEVICE="$ROOT_DEVICE" GUEST_ROOT_UUID="$(fixed_uuid "$GUEST_NAME root")" \
        GUEST_BOOT_DEVICE="$BOOT_DEVICE" GUEST_BOOT_UUID="$(fixed_uuid "$GUEST_NAME boot")" \
        GUEST_BOOT_PARTITION="$GRUB_BOOT_PARTITION" GUEST_ROOT_FS="$ROOT_FS" \
        GUEST_SUBVOLUME="${ROOT_SUBVOLUME:-}" GUEST_ARRAY="${ARRAY_UUID:-}" \
        grub-mkconfig -o /boot/grub/grub.cfg
    umount "$root/usr/sbin/grub-probe" "$root/usr/bin/grub-mkrelpath"
    grep -q "root=$ROOT_DEVICE " "$root/boot/grub/grub.cfg"
}

# grub_modules ROOT PLATFORM: what grub-install copies to /boot.
grub_modules() {
    local root=$1 platform=$2
    mkdir -p "$root/boot/grub/$platform" "$root/boot/grub/fonts"
    cp "$root/usr/lib/grub/$platform"/*.{mod,lst} "$root/boot/grub/$platform/"
    cp "$root/usr/share/grub/unicode.pf2" "$root/boot/grub/fonts/"
    in_guest "$root" grub-editenv /boot/grub/grubenv create
}

# The BIOS boot code in /boot; grub_bios_write puts it in front of partition 1.
grub_bios() {
    local root=$1 dir=boot/grub/i386-pc
    grub_modules "$root" i386-pc
    cp "$root/usr/lib/grub/i386-pc/boot.img" "$root/$dir/"
    # shellcheck disable=SC2086  # a list of words
    in_guest "$root" grub-mkimage -O i386-pc -o "/$dir/core.img" \
        -p "${GRUB_PREFIX:-(,$GRUB_BOOT_PARTITION)/grub}" biosdisk part_msdos ${GRUB_MODULES:-ext2}
    cp "$root/$dir"/{boot,core}.img "$work/"
}

grub_bios_write() {
    local disk=$1
    # As for any hard disk: take the drive number from the BIOS unless it is
    # below 0x80 (bytes 0x66 and 0x67 skip that check otherwise).
    printf '\x90\x90' | dd of="$work/boot.img" bs=1 seek=102 conv=notrunc status=none
    dd if="$work/boot.img" of="$disk" bs=440 count=1 conv=notrunc status=none
    dd if="$work/core.img" of="$disk" bs=512 seek=1 conv=notrunc status=none
}

# The EFI system partition's files: Debian's signed loader.
grub_efi() {
    local root=$1 esp=$1/boot/efi/EFI
    grub_modules "$root" x86_64-efi
    mkdir -p "$esp/debian"
    cp "$root/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" "$esp/debian/grubx64.efi"
    cp "$root/usr/lib/shim/mmx64.efi.signed" "$esp/debian/mmx64.efi"
    cp "$root/usr/lib/shim/shimx64.efi.signed" "$esp/debian/shimx64.efi"
    cp "$root/usr/lib/shim/fbx64.efi.signed" "$esp/debian/fbx64.efi"
    cp "$root/usr/lib/shim/BOOTX64.CSV" "$esp/debian/BOOTX64.CSV"
    install_file 0644 "$esp/debian/grub.cfg" <<END
search.fs_uuid $(fixed_uuid "$GUEST_NAME boot") root hd0,$GRUB_BOOT_PARTITION
set prefix=(\$root)'/grub'
configfile \$prefix/grub.cfg
END
}

# A copy in the fallback place that firmware tries without a boot entry.
grub_efi_fallback() {
    local esp=$1/boot/efi/EFI
    mkdir -p "$esp/BOOT"
    cp "$esp/debian"/{grubx64,mmx64}.efi "$esp/BOOT/"
    cp "$esp/debian/shimx64.efi" "$esp/BOOT/BOOTX64.EFI"
}
