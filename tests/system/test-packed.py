#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guests whose kernels' modules are packed: their images are extended, and boot on the drivers in the extension."""

import os
import subprocess
import sys

import harness
from harness import equal, true

scratch = harness.Scratch()
DRACUT = ("dracut --quiet --force --no-hostonly --omit 'nvdimm qemu qemu-net virtiofs' --drivers "
          "'vmw_pvscsi sd_mod vmxnet3 xfs libcrc32c crc32c_generic crc32c-intel' /boot/initrd.img-$k $k")
# Variant, how its modules are packed, what makes its image, where the image has the added ones, and the disk's bus.
CASES = {
    # mkinitramfs unpacks what the guest has a program for, so that the image's index is another than the guest's.
    "unpacked": ("bios-mbr-ext4", ["--pack", "xz", "--give"], "update-initramfs -u -k $k", ".ko", "usr/lib/virt-hyper2kvm/lib/",
                 ".ko.xz", []),
    "dracut": ("bios-dracut-xfs", ["--pack", "zst"], DRACUT, ".ko.zst", "usr/lib/modules/", ".ko.zst", ["--bus", "scsi"]),
}


def pack(variant, options, command, disk):
    """Gives the modules in the image that the guest's own program makes of its packed ones."""
    script = f"cd /lib/modules/*; k=${{PWD##*/}}; {command} >&2; cat /boot/initrd.img-$k"
    done = subprocess.run([os.path.join(harness.GUESTS, "inside"), "--write", *options, variant, disk, "sh", "-ec", script],
                          capture_output=True, check=False, stdin=subprocess.DEVNULL)
    sys.stderr.write(done.stderr.decode())
    equal(done.returncode, 0)
    return done.stdout


def names_in(image):
    gunzip = subprocess.run(["gzip", "-dc"], input=image, capture_output=True, check=True)
    listed = subprocess.run(["cpio", "-t", "--quiet"], input=gunzip.stdout, capture_output=True, check=True)
    return listed.stdout.decode().split("\n")


def case(name):
    variant, options, command, suffix, place, added_suffix, bus = CASES[name]

    def test():
        if not harness.mountable(harness.facts(variant).get("NEEDS_FILESYSTEM", "ext4")):
            raise harness.Skip("this machine's kernel does not have the guest's file system")
        disk, out = scratch.file(name + ".vmdk"), scratch.file(name)
        facts = harness.guest(variant, disk)
        modules = [path for path in names_in(pack(variant, options, command, disk)) if ".ko" in path]
        true(modules and all(path.endswith(suffix) for path in modules), modules)
        done = harness.run(scratch, "import", disk, "--name", name, "--output-dir", out, "--no-define", "--boot-test=none",
                           "--keep-old-tools")
        equal(done.returncode, 0, done.stderr)
        extended = [change for change in harness.load(os.path.join(out, "report.json"))["changes"]
                    if change["kind"] == "extend-initramfs"]
        equal(len(extended), 1)
        names = [file["name"] for file in extended[0]["files"]]
        true(any(path.startswith(place) and path.endswith("/virtio_scsi" + added_suffix) for path in names), names)
        image = os.path.join(out, name + ".qcow2")
        booted = subprocess.run([os.path.join(harness.GUESTS, "boot"), "--hardware", "virtio", *bus, "--firmware", facts["FIRMWARE"],
                                 "--mac", facts["MAC"], "--timeout", "900", "--format", "qcow2", image],
                                capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        sys.stderr.write(booted.stdout + booted.stderr)
        equal(booted.returncode, 0, booted.stderr)
        true(facts["ADDRESS"] in booted.stdout and "H2K-FAILED" not in booted.stdout, booted.stdout)
        harness.needs_nothing_more(harness.run(scratch, "plan", "--json", "--keep-old-tools", image))
        os.unlink(disk)
    test.__doc__ = f"{variant} with {added_suffix} modules, whose image has {suffix}, boots on what is put behind its image"
    return test


chosen = sys.argv[1:] or list(CASES)
harness.main([*[case(name) for name in chosen], harness.nothing_is_left(scratch)])
