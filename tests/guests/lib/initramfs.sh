# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# An initramfs for VMware hardware only, made by the guest's own tools.

# initramfs_settings ROOT RESUME_DEVICE MODULE...
initramfs_settings() {
    local root=$1 resume=$2
    shift 2
    sed -i 's/^MODULES=.*/MODULES=list/' "$root/etc/initramfs-tools/initramfs.conf"
    {
        echo '# List of modules that you want to include in your initramfs.'
        printf '%s\n' "$@"
    } | install_file 0644 "$root/etc/initramfs-tools/modules"
    install_file 0644 "$root/etc/initramfs-tools/conf.d/resume" <<<"RESUME=$resume"
}

# Builds it for each installed kernel.
initramfs_build() {
    local root=$1 kernel
    for kernel in "$root"/lib/modules/*; do
        kernel=${kernel##*/}
        rm -f "$root/boot/initrd.img-$kernel"
        in_guest "$root" update-initramfs -c -k "$kernel"
        in_guest "$root" lsinitramfs "/boot/initrd.img-$kernel" >"$root.initramfs"
        grep -q vmw_pvscsi "$root.initramfs"
        if grep virtio "$root.initramfs"; then
            return 1
        fi
    done
}

# prune_modules ROOT: leaves out drivers that are big and that no machine of
# ours has.
prune_modules() {
    local root=$1 kernel
    for kernel in "$root"/lib/modules/*; do
        rm -rf "$kernel"/kernel/sound \
            "$kernel"/kernel/drivers/{gpu,iio,infiniband,isdn,media,staging,usb} \
            "$kernel"/kernel/drivers/net/{can,wireless}
        in_guest "$root" depmod "${kernel##*/}"
    done
}
