# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guests of families that cannot be built from Debian's packages: their files are real, their programs are stubs.

A stub notes in CALLED what it was called with, and then does as little of what the real one does as can be seen from
outside: the image that it is to make is there, or the file of the package that it is to remove is gone.  What makes an
image also leaves a process behind, as a daemon that holds the output open.
"""

import os
import shutil
import subprocess

import harness
import small_guest

CALLED = "var/log/called"
MAC = "00:50:56:8f:1a:42"
CASES = os.path.join(harness.ROOT, "tests", "data", "fixers", "linux.initramfs")
HEAD = f'#!/bin/sh\necho "${{0##*/}} $*" >> /{CALLED}\n'
MAKES_IMAGE = HEAD + 'for word; do case $word in /boot/*) cp /usr/lib/complete.img "$word" ;; esac; done\n/bin/busybox sleep 3600 &\n'
# Whether a dracut knows this option is read in its text.
DRACUT = MAKES_IMAGE + "# -N, --no-hostonly     Disables Host-Only mode\n"
RPM = HEAD + 'case $* in *" open-vm-tools") rm -f /usr/bin/vmtoolsd ;; esac\n'
ENTRY = "boot/loader/entries/9a0f3c1e5b7d4e2a8c6f1b3d5e7f9a0b-{0}.conf"

RHEL = {
    "case": "rhel-8-host-only",
    "image": "boot/initramfs-{0}.img",
    "programs": {"usr/bin/dracut": DRACUT,
                 "usr/bin/rpm": RPM},
    "files": {
        "etc/os-release": 'NAME="Red Hat Enterprise Linux"\nVERSION="8.9 (Ootpa)"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="8.9"\n'
                          'PLATFORM_ID="platform:el8"\nPRETTY_NAME="Red Hat Enterprise Linux 8.9 (Ootpa)"\n',
        "etc/redhat-release": "Red Hat Enterprise Linux release 8.9 (Ootpa)\n",
        "var/lib/rpm/Packages": "",
        "usr/bin/vmtoolsd": "",
        "usr/lib/systemd/system/vmtoolsd.service": "[Unit]\nDescription=Service for virtual machines hosted on VMware\n"
                                                   "[Service]\nExecStart=/usr/bin/vmtoolsd\n[Install]\nWantedBy=multi-user.target\n",
        ENTRY: "title Red Hat Enterprise Linux ({0}) 8.9 (Ootpa)\nversion {0}\nlinux /boot/vmlinuz-{0}\n"
               "initrd /boot/initramfs-{0}.img\noptions $kernelopts\ngrub_users $grub_users\n",
        "boot/grub2/grub.cfg": "insmod blscfg\nblscfg\n",
        "boot/grub2/grubenv": "# GRUB Environment Block\nsaved_entry=9a0f3c1e5b7d4e2a8c6f1b3d5e7f9a0b-{0}\n"
                              "kernelopts=root=/dev/sda1 ro crashkernel=auto rhgb quiet \n",
        "etc/sysconfig/network-scripts/ifcfg-ens192": f"TYPE=Ethernet\nBOOTPROTO=none\nNAME=ens192\nDEVICE=ens192\nHWADDR={MAC.upper()}\n"
                                                      "ONBOOT=yes\nIPADDR=192.0.2.10\nPREFIX=24\nGATEWAY=192.0.2.1\n",
    },
    "links": {"etc/systemd/system/multi-user.target.wants/vmtoolsd.service": "/usr/lib/systemd/system/vmtoolsd.service"},
    "gone": ["usr/bin/vmtoolsd", "etc/systemd/system/multi-user.target.wants/vmtoolsd.service"],
    "calls": ["rpm -e open-vm-tools", "dracut --force --no-hostonly /boot/initramfs-{0}.img {0}"],
    "says": {"boot/grub2/grubenv": f"kernelopts=root=UUID={small_guest.ROOT_UUID} ro"},
}

SLES = {
    "case": "sles-15",
    "image": "boot/initrd-{0}",
    "programs": {"usr/bin/dracut": DRACUT,
                 "usr/bin/rpm": RPM},
    "files": {
        "etc/os-release": 'NAME="SLES"\nVERSION="15-SP5"\nVERSION_ID="15.5"\nPRETTY_NAME="SUSE Linux Enterprise Server 15 SP5"\n'
                          'ID="sles"\nID_LIKE="suse"\nANSI_COLOR="0;32"\n',
        "usr/lib/sysimage/rpm/Packages.db": "",
        "usr/bin/vmtoolsd": "",
        "boot/grub2/grub.cfg": "menuentry 'SLES 15-SP5' {{\n\tset root='hd0,msdos1'\n\tlinux /boot/vmlinuz-{0} root=/dev/sda1 splash=silent quiet\n"
                               "\tinitrd /boot/initrd-{0}\n}}\n",
        "etc/default/grub": 'GRUB_CMDLINE_LINUX_DEFAULT="splash=silent quiet"\nGRUB_CMDLINE_LINUX=""\n',
        "etc/sysconfig/bootloader": 'LOADER_TYPE="grub2"\n',
        "etc/sysconfig/network/ifcfg-eth0": "BOOTPROTO='static'\nSTARTMODE='auto'\nIPADDR='192.0.2.10/24'\n",
        "etc/udev/rules.d/70-persistent-net.rules": f'SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{{{{address}}}}=="{MAC}", '
                                                    'ATTR{{dev_id}}=="0x0", ATTR{{type}}=="1", KERNEL=="eth*", NAME="eth0"\n',
    },
    "links": {},
    "gone": ["usr/bin/vmtoolsd"],
    "calls": ["rpm -e open-vm-tools", "dracut --force --no-hostonly /boot/initrd-{0} {0}"],
    "says": {"boot/grub2/grub.cfg": f"root=UUID={small_guest.ROOT_UUID} splash"},
}

ARCH = {
    "case": "arch-mkinitcpio",
    "image": "boot/initramfs-linux.img",
    "kernel": "boot/vmlinuz-linux",
    "programs": {"usr/bin/mkinitcpio": MAKES_IMAGE,
                 "usr/bin/pacman": HEAD + "rm -r /var/lib/pacman/local/open-vm-tools-*\n"},
    "files": {
        "etc/os-release": 'NAME="Arch Linux"\nPRETTY_NAME="Arch Linux"\nID=arch\nBUILD_ID=rolling\nANSI_COLOR="38;2;23;147;209"\n',
        "etc/arch-release": "",
        "lib/modules/{0}/pkgbase": "linux\n",
        "var/lib/pacman/local/open-vm-tools-6:12.4.5-1/desc": "%NAME%\nopen-vm-tools\n\n%VERSION%\n6:12.4.5-1\n\n",
        "boot/syslinux/syslinux.cfg": "DEFAULT arch\nLABEL arch\n    LINUX ../vmlinuz-linux\n    APPEND root=/dev/sda1 rw\n"
                                      "    INITRD ../initramfs-linux.img\n",
        "etc/systemd/network/20-wired.network": f"[Match]\nMACAddress={MAC}\n\n[Network]\nAddress=192.0.2.10/24\nGateway=192.0.2.1\n",
    },
    "links": {},
    "gone": ["var/lib/pacman/local/open-vm-tools-6:12.4.5-1/desc"],
    "calls": ["pacman -R --noconfirm open-vm-tools", "mkinitcpio -S autodetect -k {0} -g /boot/initramfs-linux.img"],
    "says": {"boot/syslinux/syslinux.cfg": f"APPEND root=UUID={small_guest.ROOT_UUID} rw"},
}

ALPINE = {
    "case": "alpine-3.19-mkinitfs",
    "image": "boot/initramfs-lts",
    "kernel": "boot/vmlinuz-lts",
    "programs": {"sbin/mkinitfs": MAKES_IMAGE, "sbin/apk": HEAD + "rm /usr/bin/vmtoolsd\n"},
    "files": {
        "etc/os-release": 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"\n',
        "etc/alpine-release": "3.19.1\n",
        "lib/apk/db/installed": "C:Q1/aZ0qkCYJIIyDGfTCuFQVKUyPTQw=\nP:open-vm-tools\nV:12.3.5-r0\nA:x86_64\n"
                                "F:etc/init.d\nR:open-vm-tools\na:0:0:755\nF:usr/bin\nR:vmtoolsd\na:0:0:755\n\n",
        "usr/bin/vmtoolsd": "",
        "etc/init.d/open-vm-tools": "#!/sbin/openrc-run\ncommand=/usr/bin/vmtoolsd\n",
        "boot/extlinux.conf": "DEFAULT menu.c32\nLABEL lts\n  MENU DEFAULT\n  LINUX vmlinuz-lts\n  INITRD initramfs-lts\n"
                              "  APPEND root=/dev/sda1 modules=sd-mod,usb-storage,ext4 quiet rootfstype=ext4\n",
        "etc/network/interfaces": "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet static\n\taddress 192.0.2.10/24\n",
    },
    "links": {"etc/runlevels/default/open-vm-tools": "/etc/init.d/open-vm-tools"},
    "gone": ["usr/bin/vmtoolsd", "etc/runlevels/default/open-vm-tools"],
    "calls": ["apk del --no-network open-vm-tools", "mkinitfs -o /boot/initramfs-lts {0}"],
    "says": {"boot/extlinux.conf": f"root=UUID={small_guest.ROOT_UUID} modules="},
}

FAMILIES = {"rhel": RHEL, "sles": SLES, "arch": ARCH, "alpine": ALPINE}


def write(tree, path, text, mode=0o644):
    path = os.path.join(tree, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def make_image(tree, kernel, path, wanted):
    """An initramfs at @path with those modules of the guest's whose path holds one of the words @wanted."""
    root = os.path.join(tree, "image")
    with open(os.path.join(tree, "lib", "modules", kernel, "modules.dep"), encoding="utf-8") as file:
        modules = [line.split(":")[0] for line in file]
    for module in modules:
        if any(word in module for word in wanted):
            write(root, f"usr/lib/modules/{kernel}/{module}", "")
    names = subprocess.run(["find", "."], cwd=root, check=True, capture_output=True).stdout
    os.makedirs(os.path.join(tree, os.path.dirname(path)), exist_ok=True)
    with open(os.path.join(tree, path), "wb") as file:
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], cwd=root, check=True, input=names, stdout=file)
    shutil.rmtree(root)


def make(name, folder):
    """The disk of such a guest in @folder; gives its path and the version of its kernel."""
    family = FAMILIES[name]
    tree = os.path.join(folder, "tree")
    shutil.copytree(os.path.join(CASES, family["case"], "before"), tree)
    kernel = os.listdir(os.path.join(tree, "lib", "modules"))[0]
    common = {"etc/fstab": "/dev/sda1 / ext4 defaults 0 1\n", "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "etc/hostname": name + "\n",
              "etc/machine-id": "0123456789abcdef0123456789abcdef\n", family.get("kernel", "boot/vmlinuz-" + kernel): ""}
    for path, text in {**common, **family["files"]}.items():
        # GRUB's environment block always has 1024 bytes (GRUB manual, "The GRUB environment block").
        write(tree, path.format(kernel), text.format(kernel).ljust(1024 if path.endswith("/grubenv") else 0, "#"))
    for path, text in family["programs"].items():
        write(tree, path, text, 0o755)
    for path, target in family["links"].items():
        os.makedirs(os.path.dirname(os.path.join(tree, path)), exist_ok=True)
        os.symlink(target, os.path.join(tree, path))
    for path in ("bin", "sbin", "usr/bin", "usr/sbin", "dev", "proc", "sys", "run", "tmp", "var/log", "var/tmp"):
        os.makedirs(os.path.join(tree, path), exist_ok=True)
    shutil.copy("/bin/busybox", os.path.join(tree, "bin", "busybox"))
    for program in ("sh", "cp", "rm"):
        os.symlink("busybox", os.path.join(tree, "bin", program))
    make_image(tree, kernel, family["image"].format(kernel), ("/scsi_mod", "vmw_pvscsi", "sd_mod", "/fs/", "/lib/"))
    make_image(tree, kernel, "usr/lib/complete.img", ("",))
    return small_guest.make_disk(tree, os.path.join(folder, name + ".raw")), kernel
