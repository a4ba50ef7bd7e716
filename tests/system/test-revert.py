#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Revert restores what an import changed in a guest, in its image, and nothing else."""

import fcntl
import json
import os
import shutil
import signal
import struct
import subprocess

import harness
import small_guest
from harness import equal, true

scratch = harness.Scratch()
image = scratch.file("out", "small.qcow2")
imported = scratch.file("imported.qcow2")
OWN = "var/lib/virt-hyper2kvm"
ROOT_AT, MIB = small_guest.ROOT_AT, small_guest.MIB
F_OFD_SETLK = 37  # <fcntl.h>
SECRET = ["--object", "secret,id=key,data=right one"]


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
    shutil.copy(image, imported)


def dry_run():
    """--dry-run shows what would be restored, and writes nothing"""
    done = harness.run(scratch, "revert", image, "--dry-run")
    equal(done.returncode, 0, done.stderr)
    true("=> /etc/fstab" in done.stdout, done.stdout)
    equal(harness.sha256(image), harness.sha256(imported))


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


def killed_in_appliance():
    """kill -9 while the guest's files are restored leaves the image as it was"""
    job = harness.start(scratch, "revert", image, "--json")
    for line in job.stdout:
        if '"stage":"fix"' in line:
            break
    job.kill()
    job.stdout.read()
    equal(job.wait(timeout=60), -signal.SIGKILL)
    equal(harness.sha256(image), harness.sha256(imported))
    equal(sorted(os.listdir(scratch.file("out"))), ["report.json", "small.qcow2", "small.xml"])


def write_half(overlay):
    """writes the first half of what there is to commit into the image, as a program that is killed then would have"""
    parts = json.loads(subprocess.run(["qemu-img", "map", "--output=json", "-f", "qcow2", overlay], check=True,
                                      capture_output=True).stdout)
    parts = [part for part in parts if part["present"]]
    true(len(parts) > 1, parts)
    merged, piece = scratch.file("merged"), scratch.file("piece")
    subprocess.run(["qemu-img", "convert", "-f", "qcow2", "-O", "raw", overlay, merged], check=True)
    for part in parts[:len(parts) // 2]:
        with open(merged, "rb") as whole, open(piece, "wb") as file:
            whole.seek(part["start"])
            file.write(whole.read(part["length"]))
        order = f'write -q -s {piece} {part["start"]} {part["length"]}'
        subprocess.run(["qemu-io", "-f", "qcow2", "-c", order, image], check=True)


def interrupted_while_written():
    """a revert that ends while it writes the image is finished by the next one, from what it kept in the state folder"""
    with open(image, "rb") as file:
        # As a program of QEMU that lets nobody write: RAW_LOCK_SHARED_BASE in its block/file-posix.c.
        fcntl.fcntl(file, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, 201, 1, 0))
        done = harness.run(scratch, "revert", image)
    equal(done.returncode, 6, done.stderr)
    true("run the command again" in done.stderr, done.stderr)
    reverts = os.path.join(scratch.state, "reverts")
    kept = os.path.join(reverts, *os.listdir(reverts))
    equal(sorted(os.listdir(kept)), ["disk0.qcow2", "revert.json"])
    write_half(os.path.join(kept, "disk0.qcow2"))
    true(harness.sha256(image) != harness.sha256(imported), "the image is half written")
    # What lies beside the image is nobody's order to us.
    stranger = image + ".virt-hyper2kvm-revert.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", "/etc/passwd", stranger], check=True)
    done = harness.run(scratch, "revert", image, "--dry-run")
    equal(done.returncode, 4, done.stderr)
    true("finishes it" in done.stderr and "qemu-img" not in done.stderr, done.stderr)
    done = harness.run(scratch, "revert", image)
    equal(done.returncode, 0, done.stderr)
    os.unlink(stranger)
    equal(os.listdir(reverts), [])
    equal(files_in(image, "finished"), build.original)
    subprocess.run(["qemu-img", "check", "-q", "-f", "qcow2", image], check=True)


def again():
    """a second revert finds nothing to do, and clears away what the killed ones left"""
    before = harness.sha256(image)
    done = harness.run(scratch, "revert", image)
    equal(done.returncode, 0, done.stderr)
    equal(harness.sha256(image), before)
    equal(sorted(os.listdir(scratch.file("out"))), ["report.json", "small.qcow2", "small.xml"])


def part_of(disk, at, name):
    """copies the file system in the raw @disk at @at into a file of its own"""
    part = scratch.file(name)
    with open(disk, "rb") as raw, open(part, "wb") as file:
        raw.seek(at)
        file.write(raw.read(small_guest.ROOT_SIZE))
    return part


def files_of(part, name):
    """as files_in(), of a file system alone"""
    with open(part, "rb") as file, open(scratch.file(name + ".disk"), "wb") as raw:
        raw.seek(ROOT_AT)
        raw.write(file.read())
    return files_in(raw.name, name)


def encrypted():
    """with its key, an encrypted guest is reverted: its files are those of the source"""
    part = part_of(scratch.file("imported.raw"), ROOT_AT, "part")
    luks, disk, key = (scratch.file(name) for name in ("luks", "luks.raw", "key"))
    with open(key, "w", encoding="ascii") as file:
        file.write("right one\n")
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "luks", *SECRET, "-o", "key-secret=key,iter-time=10", part, luks],
                   check=True)
    with open(disk, "wb") as file:
        file.truncate(64 * MIB)
    small_guest.mbr(disk, f"start={ROOT_AT // 512}, type=83, bootable")
    with open(luks, "rb") as file:
        small_guest.write_at(disk, ROOT_AT, file.read())
    done = harness.run(scratch, "revert", disk, "--key", "/dev/sda1:file:" + key)
    equal(done.returncode, 0, done.stderr)
    with open(disk, "rb") as whole, open(luks, "r+b") as file:
        whole.seek(ROOT_AT)
        file.write(whole.read(os.path.getsize(luks)))
    subprocess.run(["qemu-img", "convert", *SECRET, "--image-opts", f"driver=luks,key-secret=key,file.filename={luks}", "-O", "raw",
                    part], check=True)
    equal(files_of(part, "reverted"), build.original)


def one_of_two():
    """of two systems on a disk --root names the one that goes back; the other stays"""
    disk, second = scratch.file("two.raw"), ROOT_AT + small_guest.ROOT_SIZE
    never, back = (part_of(scratch.file(*name), ROOT_AT, name[-1] + ".part")
                   for name in (("source", "root.raw"), ("imported.raw",)))
    subprocess.run(["tune2fs", "-f", "-U", "random", never], check=True, capture_output=True)
    with open(disk, "wb") as file:
        file.truncate(second + small_guest.ROOT_SIZE + MIB)
    small_guest.mbr(disk, *(f"start={at // 512}, size={small_guest.ROOT_SIZE // 512}, type=83" for at in (ROOT_AT, second)))
    for at, part in ((ROOT_AT, never), (second, back)):
        with open(part, "rb") as file:
            small_guest.write_at(disk, at, file.read())
    before = harness.sha256(disk)
    done = harness.run(scratch, "revert", disk, "--root", "/dev/sda9")
    true(done.returncode not in (0, 2) and "--root" in done.stderr, done.stderr)
    print("# " + done.stderr.strip().splitlines()[-1])
    equal(harness.sha256(disk), before)
    done = harness.run(scratch, "revert", disk, "--root", "/dev/sda2")
    equal(done.returncode, 0, done.stderr)
    equal(files_of(part_of(disk, second, "second"), "went-back"), build.original)
    equal(files_of(part_of(disk, ROOT_AT, "first"), "stayed"), build.original)


def lost_journal():
    """where the guest has lost the journal, the report beside the image leads back"""
    raw, lost = scratch.file("imported.raw"), scratch.file("lost")
    ours = [path for path, what in small_guest.tree_of(raw, scratch.file("ours")).items()
            if path.startswith(OWN + "/") and not what.endswith("folder")]
    true([path for path in ours if path.endswith("/files/etc/fstab")], str(ours))
    subprocess.run(["debugfs", "-w", "-f", "/dev/stdin", f"{raw}?offset={ROOT_AT}"], check=True, capture_output=True, text=True,
                   input="".join(f"rm /{path}\n" for path in ours))
    os.mkdir(lost)
    shutil.copy(scratch.file("out", "report.json"), lost)
    subprocess.run(["qemu-img", "convert", "-O", "qcow2", raw, os.path.join(lost, "small.qcow2")], check=True)
    done = harness.run(scratch, "revert", os.path.join(lost, "small.qcow2"))
    equal(done.returncode, 0, done.stderr)
    true(os.path.join(lost, "report.json") in done.stderr, done.stderr)
    for line in done.stderr.splitlines():
        print("# " + line)
    equal(files_in(os.path.join(lost, "small.qcow2"), "by-report"), build.original)
    scratch.remove()


harness.main([build, dry_run, in_use, killed_in_appliance, interrupted_while_written, again, encrypted, one_of_two, lost_journal])
