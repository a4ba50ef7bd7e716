# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real chains of images in one folder, and beside them files of strange names that a changed image may come to name."""

import os
import subprocess

import mutants

HEAD = 64 << 10
DESCRIPTOR = """# Disk DescriptorFile
version=1
CID=fffffffe
parentCID=ffffffff
createType="{kind}"

# Extent description
{extents}
# The Disk Data Base
#DDB

ddb.virtualHWVersion = "4"
ddb.geometry.cylinders = "2"
ddb.geometry.heads = "16"
ddb.geometry.sectors = "63"
ddb.adapterType = "lsilogic"
"""


class Case:
    """An image that is described, and the file of its chain that is changed."""

    def __init__(self, top, name, victim, change):
        self.top, self.name, self.victim, self.change = top, name, victim, change
        with open(victim, "rb") as file:
            self.head = file.read(HEAD)
        self.size = os.path.getsize(victim)

    def apply(self, rng):
        """Writes a changed head, which may have another length only where the file is all head."""
        head = self.change(rng, self.head)
        self.write(head, len(head) if self.size <= HEAD else self.size)
        if rng.random() < 0.02:
            os.truncate(self.victim, rng.choice([0, 3, 100, 511, 512, 1000, self.size // 2, max(self.size - 1, 0)]))

    def restore(self):
        self.write(self.head, self.size)

    def write(self, head, size):
        with open(self.victim, "r+b") as file:
            file.write(head[:max(size, 0)])
            file.truncate(size)


def make(folder, name, form, *options, size="1M"):
    path = os.path.join(folder, name)
    subprocess.run(["qemu-img", "create", "-q", "-f", form, *options, path, *([size] if size else [])], check=True, cwd=folder)
    return path


def put_text(folder, name, kind, extents):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(DESCRIPTOR.format(kind=kind, extents=extents))
    return path


def add_strange(folder, suffix, like):
    """A file of each strange name with that suffix, and one outside of the folder; all are one on the disk."""
    os.makedirs(os.path.join(folder, "sub"), exist_ok=True)
    for name in [*mutants.STRANGE, "sub/plain", "../outside"]:
        path = os.path.join(folder, name + suffix)
        if not os.path.exists(path):
            os.link(like, path)


def embedded(rng, data):
    """A sparse VMDK's header, or the descriptor in its sectors 1 to 20."""
    if rng.random() < 0.25:
        return mutants.header(rng, data, 128)
    text = data[512:512 * 21]
    changed = mutants.descriptor(rng, text.rstrip(b"\0"))[:len(text)]
    return data[:512] + changed + bytes(len(text) - len(changed)) + data[512 * 21:]


def in_head(length):
    return lambda rng, data: mutants.header(rng, data, length)


def vmdk_cases(folder):
    base = make(folder, "base.vmdk", "vmdk")
    sparse = make(folder, "split.vmdk", "vmdk", "-o", "subformat=twoGbMaxExtentSparse")
    flat = make(folder, "flat.vmdk", "vmdk", "-o", "subformat=monolithicFlat")
    big = make(folder, "big.vmdk", "vmdk", "-o", "subformat=twoGbMaxExtentFlat", size="3G")
    add_strange(folder, ".vmdk", base)
    add_strange(folder, "-sparse.vmdk", os.path.join(folder, "split-s001.vmdk"))
    add_strange(folder, "-flat.vmdk", os.path.join(folder, "flat-flat.vmdk"))
    vmfs = put_text(folder, "vmfs.vmdk", "vmfs", 'RW 2048 VMFS "plain-flat.vmdk"')
    two = put_text(folder, "two.vmdk", "twoGbMaxExtentFlat", 'RW 1024 FLAT "plain-flat.vmdk" 0\nRW 1024 FLAT "plain-flat.vmdk" 1024')
    for path in (sparse, flat, big, vmfs, two):
        yield 5, Case(path, "vmdk", path, mutants.descriptor)
    on = ["-F", "vmdk", "-b", "base.vmdk"]
    child = make(folder, "child.vmdk", "vmdk", *on, size=None)
    yield 5, Case(child, "vmdk", child, embedded)
    grandchild = make(folder, "grandchild.vmdk", "vmdk", "-F", "vmdk", "-b", "child.vmdk", size=None)
    yield 2, Case(grandchild, "vmdk", child, embedded)
    on_flat = make(folder, "on-flat.vmdk", "vmdk", "-F", "vmdk", "-b", "flat.vmdk", size=None)
    yield 4, Case(on_flat, "vmdk", flat, mutants.descriptor)
    split_child = make(folder, "split-child.vmdk", "vmdk", "-o", "subformat=twoGbMaxExtentSparse", *on, size=None)
    yield 8, Case(split_child, "vmdk", split_child, mutants.descriptor)
    yield 1, Case(split_child, "vmdk", os.path.join(folder, "split-child-s001.vmdk"), in_head(128))
    stream = make(folder, "stream.vmdk", "vmdk", "-o", "subformat=streamOptimized")
    yield 2, Case(stream, "vmdk", stream, embedded)
    on_vmdk = make(folder, "on-vmdk.qcow2", "qcow2", "-F", "vmdk", "-b", "flat.vmdk", size=None)
    yield 3, Case(on_vmdk, "qcow2", flat, mutants.descriptor)
    yield 2, Case(on_vmdk, "qcow2", on_vmdk, mutants.qcow2)


def qcow2_cases(folder):
    raw = make(folder, "raw.raw", "raw")
    base = make(folder, "base.qcow2", "qcow2", "-F", "raw", "-b", "raw.raw", size=None)
    alone = make(folder, "alone.qcow2", "qcow2", "-o", "cluster_size=4096")
    old = make(folder, "old.qcow2", "qcow2", "-o", "compat=0.10", "-F", "qcow2", "-b", "base.qcow2", size=None)
    top = make(folder, "top.qcow2", "qcow2", "-F", "qcow2", "-b", "base.qcow2", size=None)
    add_strange(folder, ".qcow2", alone)
    add_strange(folder, ".raw", raw)
    add_strange(folder, "", raw)
    yield 4, Case(top, "qcow2", top, mutants.qcow2)
    yield 3, Case(old, "qcow2", old, mutants.qcow2)
    yield 4, Case(top, "qcow2", base, mutants.qcow2)
    yield 1, Case(alone, None, alone, in_head(600))


def other_cases(folder):
    yield 1, disk(folder, "fixed.vhd", "vhd", ["vpc", "-o", "subformat=fixed,force_size=on"], in_head(512))
    yield 1, disk(folder, "dynamic.vhd", "vhd", ["vpc", "-o", "force_size=on"], in_head(1536))
    yield 2, disk(folder, "disk.vhdx", "vhdx", ["vhdx", "-o", "block_size=1M"], in_head(HEAD))
    yield 2, disk(folder, "disk.vdi", "vdi", ["vdi"], in_head(512))


def disk(folder, file, name, create, change):
    path = make(folder, file, *create)
    return Case(path, name, path, change)


def cases(folder):
    """(share of all changes, Case) of each."""
    for some in (vmdk_cases, qcow2_cases, other_cases):
        yield from some(folder)
