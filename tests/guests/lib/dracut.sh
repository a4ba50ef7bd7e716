# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# An initramfs for VMware hardware only, made by dracut.

# dracut_settings ROOT: what installers for VMware machines leave to be found.
dracut_settings() {
    install_file 0644 "$1/etc/dracut.conf.d/10-host.conf" <<'END'
hostonly="yes"
hostonly_cmdline="no"
END
}

# dracut_build ROOT MODULE...: with these drivers and no others, as a host that
# has nothing else would get it.
dracut_build() {
    local root=$1 kernel
    shift
    for kernel in "$root"/lib/modules/*; do
        kernel=${kernel##*/}
        in_guest "$root" dracut --force --no-hostonly \
            --omit "nvdimm qemu qemu-net virtiofs" --drivers "$*" \
            "/boot/initrd.img-$kernel" "$kernel"
        in_guest "$root" lsinitrd "/boot/initrd.img-$kernel" >"$root.initramfs"
        grep -q vmw_pvscsi "$root.initramfs"
        if grep 'virtio.*[.]ko' "$root.initramfs"; then
            return 1
        fi
    done
}
