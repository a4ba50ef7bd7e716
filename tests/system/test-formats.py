#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every format of disk image is read exactly: each is one disk of a guest whose disks come out as they went in."""

import json
import os
import subprocess
import sys

import harness
import small_guest
from harness import equal
from small_guest import MIB

sys.path.insert(0, os.path.join(harness.ROOT, "tests", "support"))
import packing  # noqa: E402  pylint: disable=wrong-import-position

scratch = harness.Scratch()
out = scratch.file("out")
GIB = 1024 * MIB
# Of each disk: what is imported, what it must read as, and what it is described as.
disks = {}
before = {}


def described(name, path, raw, kind, subformat):
    disks[name] = {"path": path, "raw": raw, "format": kind, "subformat": subformat}


def folder(name):
    path = scratch.file("in", name)
    os.makedirs(path)
    return path


def simple():
    """images of each format are made by qemu-img"""
    os.mkdir(scratch.file("in"))
    small_guest.make_root(folder("root"))
    root = scratch.file("in", "root", "root.raw")
    described("root", packing.convert(root, scratch.file("in", "root", "root.vmdk"), "monolithicSparse"), root, "vmdk", "monolithicSparse")
    subformats = {"vhd": "dynamic", "vhd-geometry": "dynamic", "vhd-fixed": "fixed", "vhdx": "dynamic", "vhdx-fixed": "fixed",
                  "vdi": "dynamic", "vdi-static": "fixed", "qcow2": None, "raw": None}
    for kind, (suffix, driver, _) in packing.FORMATS.items():
        where = folder(kind)
        # Those that are cut at 2 GiB have data on both sides of it.
        if kind.startswith("twoGb"):
            raw = small_guest.make_data(where, kind, 2 * GIB + 64 * MIB, [2 * GIB - 65536 - 1536, 2 * GIB + 5 * MIB])
        else:
            raw = small_guest.make_data(where, kind, 6 * MIB + (4096 if driver != "vhdx" else MIB))
        image = packing.convert(raw, os.path.join(where, f"disk.{suffix}"), kind)
        if kind == "vhd-geometry":
            # Its geometry rounds the size, and the guest saw the rounded one.
            os.truncate(raw, packing.virtual_size(image))
        described(kind, image, raw, {"vpc": "vhd"}.get(driver, driver), subformats.get(kind, kind))


def chains():
    """chains and descriptors are made as their products write them"""
    where = folder("chain")
    raw = small_guest.make_data(where, "chain", 12 * MIB)
    described("chain", packing.chain(raw, where, "web"), raw, "vmdk", "monolithicSparse")
    where = folder("vmfs")
    raw = small_guest.make_data(where, "vmfs")
    described("vmfs", packing.extents(raw, os.path.join(where, "web.vmdk"), "vmfs", ["web-flat.vmdk"]), raw, "vmdk", "vmfs")
    where = folder("two-extent")
    raw = small_guest.make_data(where, "two-extent", 12 * MIB, [5 * MIB - 70000 // 512 * 512])
    described("two-extent", packing.extents(raw, os.path.join(where, "web.vmdk"), "twoGbMaxExtentFlat",
                                            ["web-f001.vmdk", "web-f002.vmdk"], [5 * MIB]), raw, "vmdk", "twoGbMaxExtentFlat")
    where = folder("backing")
    raw = small_guest.make_data(where, "backing", 12 * MIB)
    base = packing.convert(raw, os.path.join(where, "base.qcow2"), "qcow2")
    top = os.path.join(where, "top.qcow2")
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2", top], check=True)
    subprocess.run(["qemu-io", "-f", "qcow2", "-c", "write -q -P 7 5M 3k", "-c", "write -q -z 1M 128k", top], check=True)
    small_guest.write_at(raw, 5 * MIB, bytes([7]) * 3072)
    small_guest.write_at(raw, MIB, bytes(128 << 10))
    described("backing", top, raw, "qcow2", None)
    equal(subprocess.run(["qemu-img", "compare", "-q", "-f", "raw", "-F", "qcow2", raw, base], check=False).returncode, 1)


def differencing():
    """differencing VHD and VHDX disks stand on a parent of which they change some sectors"""
    for kind in ("vhd", "vhdx"):
        where = folder(kind + "-differencing")
        raw = small_guest.make_data(where, kind + "-differencing", 12 * MIB)
        parent = packing.convert(raw, os.path.join(where, "base." + kind), kind)
        # One sector, across a block's end, all of a block, and zeros over data.
        links = [[(512 * 9, 512, 0xAA), (2 * MIB - 1024, 4096, 0xAB), (MIB + 4096, 8192, 0)],
                 [(2 * MIB, 1024, 0xBA), (4 * MIB, 2 * MIB, 0xBB), (12 * MIB - 512, 512, 0xBC)]]
        for number, changes in enumerate(links):
            parent = packing.differencing(kind, parent, os.path.join(where, f"child{number}.a{kind}"), changes)
            for offset, length, byte in changes:
                small_guest.write_at(raw, offset, bytes([byte]) * length)
        described(kind + "-differencing", parent, raw, kind, "differencing")


def sums():
    return {path: harness.sha256(path) for path in
            (os.path.join(top, name) for top, _, names in os.walk(scratch.file("in")) for name in names if not name.endswith(".raw"))}


def described_as():
    """each is described by its metadata alone as what it is"""
    for name, disk in disks.items():
        done = harness.run(scratch, "inspect", "--metadata-only", "--json", "--input-format", disk["format"], disk["path"])
        equal(done.returncode, 0, f"{name}: {done.stderr}")
        found = json.loads(done.stdout)["source"]["disks"]
        equal(len(found), 1, name)
        equal((found[0]["format"], found[0].get("subformat")), (disk["format"], disk["subformat"]), name)
        equal(found[0]["virtual_size_bytes"], os.path.getsize(disk["raw"]), name)


def imports():
    """one import takes all of them as the disks of one guest, whose formats its domain says"""
    before.update(sums())
    drivers = [({"vhd": "vpc"}.get(disk["format"], disk["format"]), disk["path"]) for disk in disks.values()]
    xml = packing.domain(scratch.file("all.xml"), packing.Machine(), drivers)
    done = harness.run(scratch, "import", xml, "--allow-folder", scratch.file("in"), "--name", "app", "--output-dir", out, "--no-define",
                       "--boot-test=none")
    sys.stderr.write(done.stdout + done.stderr)
    equal(done.returncode, 0, done.stderr)
    equal(harness.load(os.path.join(out, "report.json"))["changes"], [])
    equal(sorted(os.listdir(out)), sorted(["app.xml", "report.json"] + [os.path.basename(result(name)) for name in disks]))


def result(name):
    letter = chr(ord("a") + list(disks).index(name))
    return os.path.join(out, f"app-vd{letter}.qcow2")


def same(name):
    def test():
        subprocess.run(["qemu-img", "check", "-q", "-f", "qcow2", result(name)], check=True)
        small_guest.require_same(disks[name]["raw"], result(name), "qcow2")
    test.__doc__ = f"{name}: the result is the same, block by block"
    return test


def root():
    """the root disk has the same files, and the same bytes where there are none"""
    small_guest.require_root(disks["root"]["raw"], packing.raw_of(result("root"), scratch.file("root.raw")), scratch.path)


def untouched():
    """no source was written"""
    equal(sums(), before)
    scratch.remove()


names = [*packing.FORMATS, "chain", "vmfs", "two-extent", "backing", "vhd-differencing", "vhdx-differencing"]
harness.main([simple, chains, differencing, described_as, imports, root, *[same(name) for name in names], untouched])
