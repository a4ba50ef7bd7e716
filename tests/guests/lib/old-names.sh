# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Settings outside fstab that name the disks of the old machine, as guests have them.

# dress_lvm_filter ROOT DISK: LVM looks at the partitions of DISK alone, in the initramfs too.
dress_lvm_filter() {
    local root=$1 disk=$2
    sed -i "s#^devices {#&\\n\\tfilter = [ \"a|^${disk}[0-9]*\$|\", \"r|.*|\" ]#" "$root/etc/lvm/lvm.conf"
    grep -q "a|^$disk" "$root/etc/lvm/lvm.conf"
}

# dress_mount_unit ROOT DEVICE FOLDER TYPE: a unit of the administrator's mounts DEVICE on FOLDER, where it may
# be mounted elsewhere too.
dress_mount_unit() {
    local root=$1 device=$2 folder=$3 type=$4 name
    name=$(tr / - <<<"${folder#/}").mount
    mkdir -p "$root$folder"
    install_file 0644 "$root/etc/systemd/system/$name" <<END
[Mount]
What=$device
Where=$folder
Type=$type
[Install]
WantedBy=multi-user.target
END
    in_guest "$root" systemctl --quiet enable "$name"
}
