#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The way back: what an import changed in a guest is taken back in its image, and nothing else."""

import os
import shutil
import subprocess

import harness
import small_guest
from harness import equal, true

scratch = harness.Scratch()
image = scratch.file("out", "small.qcow2")
OWN = "var/lib/virt-hyper2kvm"


def files_in(disk, name):
    """{path: type, mode and content}, without what is ours"""
    raw = scratch.file(name + ".raw")
    subprocess.run(["qemu-img", "convert", "-O", "raw", disk, raw], check=True)
    found = small_guest.tree_of(raw, scratch.file(name))
    return {path: what for path, what in found.items() if path != OWN and not path.startswith(OWN + "/")}


def build():
    """a guest whose fstab names the disk by its controller is imported, and its files change"""
    small_guest.FILES["etc/fstab"] = "/dev/sda1 / ext4 defaults 0 1\n"
    os.mkdir(scratch.file("source"))
    raw = small_guest.make_root(scratch.file("source"))
    done = harness.run(scratch, "import", raw, "--output-dir", scratch.file("out"), "--name", "small", "--no-define",
                       "--boot-test=none")
    equal(done.returncode, 0, done.stderr)
    build.original = files_in(raw, "original")
    true(files_in(image, "imported") != build.original, "the import changed something")
    shutil.copy(image, scratch.file("imported.qcow2"))


def dry_run():
    """--dry-run shows what goes back, and writes nothing"""
    done = harness.run(scratch, "revert", image, "--dry-run")
    equal(done.returncode, 0, done.stderr)
    true("=> /etc/fstab" in done.stdout, done.stdout)
    equal(harness.sha256(image), harness.sha256(scratch.file("imported.qcow2")))


def in_use():
    """an image that a machine has open is refused, and stays as it is"""
    socket, pid = scratch.file("nbd"), scratch.file("pid")
    subprocess.run(["qemu-nbd", "--fork", "--persistent", "-f", "qcow2", "-k", socket, "--pid-file", pid, image], check=True)
    done = harness.run(scratch, "revert", image)
    with open(pid, encoding="utf-8") as file:
        os.kill(int(file.read()), 15)
    true(done.returncode not in (0, 2), done.stderr)
    print("# " + done.stderr.strip().splitlines()[-1])
    equal(sorted(os.listdir(scratch.file("out"))), ["report.json", "small.qcow2", "small.xml"])


def reverts():
    """after revert the files are those of the source"""
    done = harness.run(scratch, "revert", image)
    equal(done.returncode, 0, done.stderr)
    equal(files_in(image, "reverted"), build.original)
    equal(sorted(os.listdir(scratch.file("out"))), ["report.json", "small.qcow2", "small.xml"])
    subprocess.run(["qemu-img", "check", "-q", "-f", "qcow2", image], check=True)


def again():
    """a second revert finds nothing to do"""
    before = harness.sha256(image)
    done = harness.run(scratch, "revert", image)
    equal(done.returncode, 0, done.stderr)
    equal(harness.sha256(image), before)


def unfinished():
    """what a killed writing left is told, with the command that finishes it"""
    kept = image + ".virt-hyper2kvm-revert.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image, kept], check=True)
    done = harness.run(scratch, "revert", image)
    equal(done.returncode, 4, done.stderr)
    true("qemu-img commit" in done.stderr, done.stderr)
    scratch.remove()


harness.main([build, dry_run, in_use, reverts, again, unfinished])
