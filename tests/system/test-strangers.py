#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Another user swaps the files of his folder while root's jobs read and write them: nothing of the host gets into a
result, and no file of the host changes."""

import ctypes
import multiprocessing
import os
import subprocess

import harness
import small_guest
from harness import equal, true

STRANGER = 65534
TRIES = 3
AT_FDCWD, RENAME_EXCHANGE = -100, 2
SECRET = b"what only root may read\n"
scratch = harness.Scratch()
home, secret, victim = (scratch.file(name) for name in ("home", "secret", "victim.qcow2"))
swaps = multiprocessing.Value("Q", 0, lock=False)


def swap(path, target):
    """runs as the stranger: @path is a link to @target every other moment"""
    os.setgroups([])
    os.setgid(STRANGER)
    os.setuid(STRANGER)
    libc = ctypes.CDLL(None)
    evil = path + ".evil"
    os.symlink(target, evil)
    while True:
        equal(libc.renameat2(AT_FDCWD, path.encode(), AT_FDCWD, evil.encode(), RENAME_EXCHANGE), 0)
        swaps.value += 1


class Attack:
    """Swaps as long as it lasts, and puts the file back."""

    def __init__(self, path, target):
        self.path = path
        swaps.value = 0
        self.process = multiprocessing.Process(target=swap, args=(path, target), daemon=True)

    def __enter__(self):
        self.process.start()

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()
        evil = self.path + ".evil"
        if os.path.islink(self.path):
            os.rename(evil, self.path)
        elif os.path.lexists(evil):
            os.unlink(evil)
        true(swaps.value >= 1000, f"only {swaps.value} swaps")


def give_away(*names):
    """files of the stranger's, in his folder"""
    for name in ("", *names):
        os.chown(os.path.join(home, name), STRANGER, STRANGER)


def holds_secret(path):
    with open(path, "rb") as file:
        return SECRET in file.read()


def build():
    """a guest, whose disk belongs to a stranger"""
    if os.geteuid() != 0:
        raise harness.Skip("only root has what others must not get")
    small_guest.FILES["etc/fstab"] = "/dev/sda1 / ext4 defaults 0 1\n"
    for folder in (home, scratch.file("source"), scratch.file("out")):
        os.mkdir(folder)
    os.chmod(scratch.path, 0o755)
    build.raw = small_guest.make_root(scratch.file("source"))
    with open(secret, "wb") as file:
        file.write(SECRET * (os.path.getsize(build.raw) // len(SECRET)))
    os.chmod(secret, 0o600)
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=monolithicFlat", build.raw,
                    os.path.join(home, "disk.vmdk")], check=True)
    give_away("disk.vmdk", "disk-flat.vmdk")


def imported():
    """an import ends, with nothing of the host in its result"""
    before = harness.sha256(secret)
    for name in ("disk-flat.vmdk", "disk.vmdk"):
        for number in range(TRIES):
            out = scratch.file("out", f"{name}-{number}")
            with Attack(os.path.join(home, name), secret):
                done = harness.run(scratch, "import", os.path.join(home, "disk.vmdk"), "--output-dir", out, "--name", "small",
                                   "--format", "raw", "--no-define", "--boot-test=none", "--input-format", "vmdk")
            true(done.returncode in (0, 4), done.stderr)
            made = os.listdir(out) if os.path.isdir(out) else []
            print(f"# {name}: status {done.returncode}, {swaps.value} swaps: {done.stderr.strip().splitlines()[-1:]}")
            for one in made:
                true(not holds_secret(os.path.join(out, one)), f"{one} has the secret")
    equal(harness.sha256(secret), before)


def reverted():
    """a revert writes the stranger's own image, or nothing"""
    words = ["import", build.raw, "--name", "small", "--no-define", "--boot-test=none", "--output-dir"]
    done = harness.run(scratch, *words, home)
    equal((done.returncode, home in done.stderr), (6, True), "root works in a stranger's folder: " + done.stderr)
    done = harness.run(scratch, *words, scratch.file("out", "own"))
    equal(done.returncode, 0, done.stderr)
    image = os.path.join(home, "small.qcow2")
    os.rename(scratch.file("out", "own", "small.qcow2"), image)
    subprocess.run(["cp", image, victim], check=True)
    give_away("small.qcow2")
    before = harness.sha256(victim)
    for number in range(TRIES):
        with Attack(image, victim):
            done = harness.run(scratch, "revert", image)
        print(f"# try {number}: status {done.returncode}, {swaps.value} swaps: {done.stderr.strip().splitlines()[-1:]}")
        true(done.returncode in (0, 4, 6), done.stderr)
        equal(harness.sha256(victim), before, "the image of somebody else")


if __name__ == "__main__":
    harness.main([build, imported, reverted, harness.nothing_is_left(scratch)])
