# SPDX-License-Identifier: LGPL-2.1-or-later
"""A guest that passes inspection, needs no repair and cannot boot; and disks of which every byte is known."""

import hashlib
import json
import os
import random
import subprocess

MIB = 1 << 20
ROOT_UUID = "6d3f0b52-5c1e-4a57-9a40-2f6f3a1c7e11"
ROOT_AT, ROOT_SIZE = 1 * MIB, 40 * MIB
PATTERN_AT, PATTERN_SIZE = 41 * MIB, 6 * MIB
FILES = {
    "etc/os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "etc/debian_version": "12.7\n",
    "etc/hostname": "small\n",
    "etc/fstab": f"UUID={ROOT_UUID} / ext4 defaults 0 1\n",
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
    "var/lib/dpkg/status": "",
    "usr/bin/true": "",
    "usr/sbin/init": "",
}


def noise(seed, length):
    return random.Random(seed).randbytes(length)


def mbr(raw, *rows):
    script = "label: dos\nlabel-id: 0x68326b10\n" + "".join(row + "\n" for row in rows)
    subprocess.run(["sfdisk", "--quiet", raw], input=script, text=True, check=True)


def write_at(raw, offset, data):
    with open(raw, "r+b") as file:
        file.seek(offset)
        file.write(data)


def make_root(folder, name="root.raw"):
    """The root disk FOLDER/NAME: an ext4 with some files on sda1, and on sda2 bytes that are no file system."""
    tree = os.path.join(folder, "tree")
    for path, text in FILES.items():
        os.makedirs(os.path.join(tree, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
            file.write(text)
    for path in ("bin", "sbin", "lib", "srv", "boot", "dev", "proc", "sys", "run", "tmp"):
        os.makedirs(os.path.join(tree, path), exist_ok=True)
    for number, length in enumerate((1, 4095, 65536, 300001, 3 * MIB)):
        with open(os.path.join(tree, "srv", f"data{number}"), "wb") as file:
            file.write(noise(f"file {number}", length))
    os.symlink("data1", os.path.join(tree, "srv", "link"))
    return make_disk(tree, os.path.join(folder, name))


def make_disk(tree, raw):
    """A disk RAW with an ext4 of the files of the folder @tree on sda1, and on sda2 bytes that are no file system."""
    part = raw + ".part"
    for path, size in ((raw, 48 * MIB), (part, ROOT_SIZE)):
        with open(path, "wb") as file:
            file.truncate(size)
    mbr(raw, f"start={ROOT_AT // 512}, size={ROOT_SIZE // 512}, type=83, bootable",
        f"start={PATTERN_AT // 512}, size={PATTERN_SIZE // 512}, type=da")
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-U", ROOT_UUID, "-d", tree, part], check=True)
    subprocess.run(["dd", "if=" + part, "of=" + raw, "bs=1M", f"seek={ROOT_AT // MIB}", "conv=notrunc,sparse", "status=none"],
                   check=True)
    write_at(raw, PATTERN_AT, noise("pattern", PATTERN_SIZE))
    os.unlink(part)
    return raw


def make_data(folder, name, size=6 * MIB, places=()):
    """A disk of no file system, FOLDER/NAME.raw: bytes of its own in its first two MiB, of which the second could be
    compressed, at its end, at @places and here and there between; the rest is holes.  A partition table makes it a disk
    to be believed."""
    raw = os.path.join(folder, name + ".raw")
    with open(raw, "wb") as file:
        file.truncate(size)
    mbr(raw, f"start=2048, size={size // 512 - 2048}, type=da")
    sectors = size // 512
    chosen = random.Random(name)
    write_at(raw, 512 * 8, noise(name, MIB - 512 * 8))
    write_at(raw, MIB, "".join(f"{name} {number:08}\n" for number in range(MIB // (10 + len(name)))).encode())
    write_at(raw, size - 512 * 7, noise(name + " end", 512 * 7))
    for place in places:
        write_at(raw, place, noise(f"{name} {place}", 3 * 65536 + 512))
    for _ in range(12):
        at, length = chosen.randrange(2048, sectors - 64) * 512, chosen.choice((512, 1536, 4096, 16384))
        write_at(raw, at, noise(f"{name} {at}", length))
    return raw


def part_of(raw, offset, length):
    with open(raw, "rb") as file:
        file.seek(offset)
        return hashlib.sha256(file.read(length)).hexdigest()


def tree_of(raw, folder):
    """{path: type, mode and content} of each file of the guest's root, read without mounting it."""
    os.makedirs(folder)
    subprocess.run(["debugfs", "-R", f"rdump / {folder}", f"{raw}?offset={ROOT_AT}"], check=True, capture_output=True)
    found = {}
    for top, folders, names in os.walk(folder):
        for name in folders + names:
            path = os.path.join(top, name)
            if os.path.islink(path):
                what = "link to " + os.readlink(path)
            elif os.path.isdir(path):
                what = "folder"
            else:
                with open(path, "rb") as file:
                    what = hashlib.sha256(file.read()).hexdigest()
            mode = os.lstat(path).st_mode
            found[os.path.relpath(path, folder)] = f"{mode:o} {what}"
    return found


def require_same(raw, image, driver, grown=0):
    """@image must read as the file @raw, and be larger by @grown bytes of zeros."""
    said = subprocess.run(["qemu-img", "info", "--output=json", "-f", driver, image], check=True, capture_output=True, text=True)
    size = json.loads(said.stdout)["virtual-size"]
    if size != os.path.getsize(raw) + grown:
        raise AssertionError(f"{image} has {size} bytes, {raw} {os.path.getsize(raw)}")
    done = subprocess.run(["qemu-img", "compare", "-f", "raw", "-F", driver, raw, image], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{image} is not {raw}: {done.stdout}{done.stderr}")


def require_root(wanted, raw, folder):
    """The root disk @raw must have the files of @wanted, and its bytes where there are no files."""
    if tree_of(raw, os.path.join(folder, "found")) != tree_of(wanted, os.path.join(folder, "wanted")):
        raise AssertionError(f"the files in {raw} are not those in {wanted}")
    for offset, length in ((0, ROOT_AT), (PATTERN_AT, PATTERN_SIZE)):
        if part_of(raw, offset, length) != part_of(wanted, offset, length):
            raise AssertionError(f"{raw} differs from {wanted} in the {length} bytes at {offset}")
