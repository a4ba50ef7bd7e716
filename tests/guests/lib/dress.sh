# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What every guest gets: an identity, a console, and the marker that tells
# from inside how it came up.
# shellcheck disable=SC2154  # $here and the facts come from the caller

dress_common() {
    local root=$1
    install_file 0644 "$root/etc/hostname" <<<"$GUEST_NAME"
    fixed_uuid "$GUEST_NAME machine-id" | tr -d - >"$root/etc/machine-id"
    install_file 0644 "$root/etc/hosts" <<END
127.0.0.1	localhost
127.0.1.1	$GUEST_NAME
END
    rm -f "$root/etc/resolv.conf"
    install_file 0644 "$root/etc/resolv.conf" <<<"nameserver $DNS"
    echo root:h2k | chroot "$root" chpasswd
    dress_marker "$root"
    in_guest "$root" systemctl --quiet enable serial-getty@ttyS0.service
}

dress_marker() {
    local root=$1
    install -m 0755 "$here/files/h2k-test-marker" "$root/usr/local/sbin/h2k-test-marker"
    install -m 0644 "$here/files/h2k-test-marker.service" "$root/etc/systemd/system/"
    in_guest "$root" systemctl --quiet enable h2k-test-marker.service
}

# dress_grub_default ROOT OPTIONS: the kernel options besides the console.
dress_grub_default() {
    local root=$1 options=$2
    install_file 0644 "$root/etc/default/grub" <<END
# If you change this file, run 'update-grub' afterwards to update
# /boot/grub/grub.cfg.
GRUB_DEFAULT=0
GRUB_TIMEOUT=1
GRUB_DISTRIBUTOR=\`lsb_release -i -s 2> /dev/null || echo Debian\`
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX="console=tty0 console=ttyS0,115200 $options"
GRUB_TERMINAL=console
# Name disks as Linux does instead of by UUID.
GRUB_DISABLE_LINUX_UUID=true
END
}
