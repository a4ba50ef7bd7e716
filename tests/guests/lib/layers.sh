# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The package layers: a bare Debian shared by all variants, and on top of it
# each distinct list of packages. Each is an archive in the cache.
# shellcheck disable=SC2154  # $here, $cache and $mirror come from the caller

layer_suite=bookworm
layer_base_packages=ca-certificates,dbus,initramfs-tools,iproute2,kmod,systemd-sysv,udev

layer_key() {
    { files_key "$here/lib/layers.sh" "$here/lib/guest.sh"; echo "$*"; } |
        sha256sum | cut -c1-16
}

# layer_save ROOT FILE
layer_save() {
    tar -C "$1" --numeric-owner --xattrs --acls --one-file-system -I 'zstd -1 -T0' \
        -cf "$2.new" .
    mv "$2.new" "$2"
}

layer_load() {
    touch "$2"
    tar -C "$1" --numeric-owner --xattrs --acls -I zstd -xpf "$2"
}

layer_base() {
    local root=$1 file
    file=$cache/layer-base-$(layer_key).tar.zst
    if [ -f "$file" ]; then
        layer_load "$root" "$file"
        return
    fi
    step "installing Debian $layer_suite (once)"
    debootstrap --variant=minbase --merged-usr --include="$layer_base_packages" \
        "$layer_suite" "$root" "$mirror"
    # The real initramfs settings come later; this only keeps installing fast.
    sed -i 's/^MODULES=.*/MODULES=list/' "$root/etc/initramfs-tools/initramfs.conf"
    install_file 0644 "$root/etc/dpkg/dpkg.cfg.d/small" <<END
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/man/*
END
    rm -rf "$root"/usr/share/{doc,locale,man}/*
    layer_clean "$root"
    layer_save "$root" "$file"
}

# layer_packages ROOT PACKAGE...: fills ROOT with Debian and these packages.
layer_packages() {
    local root=$1 file
    shift
    file=$cache/layer-$(layer_key "$@").tar.zst
    if [ -f "$file" ]; then
        layer_load "$root" "$file"
        return
    fi
    layer_base "$root"
    step "installing packages (once): $*"
    guest_mount "$root"
    rm -f "$root/etc/resolv.conf"
    cat /etc/resolv.conf >"$root/etc/resolv.conf"
    printf '#!/bin/sh\nexit 101\n' | install_file 0755 "$root/usr/sbin/policy-rc.d"
    # No disk of this machine is to be written to by the GRUB packages.
    echo 'grub-pc grub-pc/install_devices_empty boolean true' |
        chroot "$root" debconf-set-selections
    in_guest "$root" apt-get update
    in_guest "$root" apt-get install -y --no-install-recommends "$@"
    rm "$root/usr/sbin/policy-rc.d"
    layer_clean "$root"
    guest_umount "$root"
    layer_save "$root" "$file"
}

# Takes out what is big or came from this machine.
layer_clean() {
    in_guest "$1" apt-get clean
    rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/debconf/*-old "$1"/tmp/*
    find "$1/var/log" -type f -delete
    : >"$1/etc/resolv.conf"
    echo guest >"$1/etc/hostname"
}
