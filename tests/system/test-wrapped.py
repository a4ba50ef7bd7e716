#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Appliances, archives and exported folders are read exactly, and results are written in every form asked for.

Each import takes one small guest packed in one way, and asks for one form of result.
"""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import harness
import small_guest
from harness import equal, true
from small_guest import MIB

sys.path.insert(0, os.path.join(harness.ROOT, "tests", "support"))
import packing  # noqa: E402  pylint: disable=wrong-import-position
from packing.archives import compress, put_tar, put_zip  # noqa: E402  pylint: disable=wrong-import-position

scratch = harness.Scratch()
# A name of its own, so that no path can give it away.
machine = packing.Machine(name="small-guest", mac="00:50:56:8f:1a:77", cpus=3, memory=768)
raws = []


def work(name):
    path = scratch.file(name)
    os.makedirs(path)
    return path


def guest():
    """a small guest of two disks is made"""
    folder = work("guest")
    raws.extend([small_guest.make_root(folder), small_guest.make_data(folder, "data")])


def ova(folder):
    return packing.ova(os.path.join(folder, "small.ova"), machine, raws)


def ova_in(suffix):
    return lambda folder: compress(ova(folder), os.path.join(folder, "small" + suffix))


def ova_zip(folder):
    files = packing.ovf(work("zip/files"), machine, raws)
    return put_zip(os.path.join(folder, "small.zip"), [(os.path.basename(file), file) for file in files])


def ovf_folder(folder):
    return packing.ovf(folder, machine, raws, gz=[0], chunked={1: 700_001})[0]


def vmx(folder):
    disks = [packing.convert(raw, os.path.join(folder, f"small_{number}.vmdk"), "monolithicSparse") for number, raw in enumerate(raws)]
    return packing.vmx(folder, machine, disks)


def pair():
    return [("disk0.raw", raws[0]), ("disk1.raw", raws[1])]


def bare_tar(folder):
    return put_tar(os.path.join(folder, "small.tar"), pair())


def tar_gz(folder):
    return compress(bare_tar(folder), os.path.join(folder, "small.tar.gz"))


def nested(folder):
    inner = compress(bare_tar(folder), os.path.join(folder, "inner.tar.gz"))
    return compress(put_tar(os.path.join(folder, "outer.tar"), [("readme.txt", __file__), ("images/inner.tar.gz", inner)]),
                    os.path.join(folder, "outer.tar.xz"))


def lone(kind, suffix):
    def make(folder):
        path = packing.convert(raws[0], os.path.join(folder, "small." + packing.FORMATS[kind][0]), kind)
        return compress(path, path + suffix)
    return make


def domain(folder):
    disks = [("qcow2", packing.convert(raws[0], os.path.join(folder, "a.qcow2"), "qcow2")),
             ("raw", packing.convert(raws[1], os.path.join(folder, "b.img"), "raw"))]
    return packing.domain(os.path.join(folder, "small.xml"), machine, disks)


def hyper_v(folder):
    os.mkdir(os.path.join(folder, "Virtual Hard Disks"))
    disks = [packing.convert(raw, os.path.join(folder, "Virtual Hard Disks", name), kind)
             for raw, name, kind in zip(raws, ("small.vhdx", "Data.vhd"), ("vhdx", "vhd"), strict=True)]
    packing.hyper_v(folder, machine, disks)
    return folder


def test_driver(folder):
    """A libvirt of its own that knows one domain, which is shut off."""
    xml = domain(folder)
    with open(xml, encoding="utf-8") as file:
        text = file.read().replace('type="kvm"', 'type="test" xmlns:test="http://libvirt.org/schemas/domain/test/1.0"')
    text = text.replace("</domain>", "<test:runstate>5</test:runstate></domain>")
    path = os.path.join(folder, "node.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"<node>{text}</node>")
    return machine.name, "--source-connect", "test://" + path


def information(path, driver):
    said = subprocess.run(["qemu-img", "info", "--output=json", "-f", driver, path], check=True, capture_output=True, text=True)
    return json.loads(said.stdout)


def checked(path, driver):
    said = subprocess.run(["qemu-img", "check", "--output=json", "-f", driver, path], check=True, capture_output=True, text=True)
    return json.loads(said.stdout)


def compressed(kind):
    def check(results, _):
        for path in results:
            equal(information(path, "qcow2")["format-specific"]["data"]["compression-type"], kind)
        true(checked(results[1], "qcow2")["compressed-clusters"] > 0, "clusters are compressed")
    return check


def preallocated(results, _):
    for path in results:
        found = checked(path, "qcow2")
        equal(found["allocated-clusters"], found["total-clusters"], path)


def full(results, _):
    for path in results:
        true(os.stat(path).st_blocks * 512 >= os.path.getsize(path), f"{path} has no holes")


def sums(results, report):
    wanted = {path: harness.sha256(path) for path in results}
    found = {a["path"]: a.get("sha256") for a in report["artifacts"] if a["type"] == "converted_image"}
    equal(found, wanted)


def clean(results, _):
    for path in results:
        checked(path, "vdi")


# What it is, how it is made, words for the command, format of the result, what else must hold of it.
# A single disk is the guest's root alone.
ROWS = [
    ("OVA", "ova", ova, ["--format", "raw", "--checksum"], "raw", sums),
    ("OVA in tar.gz", "ova", ova_in(".ova.gz"), ["--format", "vdi"], "vdi", clean),
    ("OVA in xz", "ova", ova_in(".tar.xz"), ["--compress", "zlib"], "qcow2", compressed("zlib")),
    ("OVA in zstd", "ova", ova_in(".tar.zst"), ["--compress", "zstd"], "qcow2", compressed("zstd")),
    ("OVF in zip", "ova", ova_zip, ["--preallocation", "metadata"], "qcow2", preallocated),
    ("OVF folder, one disk in gzip and one in chunks", "ovf", ovf_folder, ["--resize", "disk1=+1G"], "qcow2", None),
    ("VMX", "vmx", vmx, ["--format", "raw", "--preallocation", "full"], "raw", full),
    ("tar with raw disks", "archive", bare_tar, ["--format", "raw", "--preallocation", "falloc"], "raw", full),
    ("tar.gz with raw disks", "archive", tar_gz, ["--compress", "zstd"], "qcow2", compressed("zstd")),
    ("tar.gz in a tar.xz", "archive", nested, ["--compress", "zlib"], "qcow2", compressed("zlib")),
    ("raw.xz", "archive", lone("raw", ".xz"), [], "qcow2", None),
    ("qcow2.zst", "archive", lone("qcow2", ".zst"), ["--resize", "1G"], "qcow2", None),
    ("domain XML", "domain", domain, [], "qcow2", None),
    ("domain of a libvirt", "domain", test_driver, [], "qcow2", None),
    ("Hyper-V folder", "hyper-v", hyper_v, ["--format", "raw"], "raw", None),
]
GROWN = {"disk1=+1G": [0, 1024 * MIB], "1G": [1024 * MIB - 48 * MIB]}


def outputs(out, name, count, suffix):
    names = [f"{name}-vd{letter}.{suffix}" for letter in "ab"] if count == 2 else [f"{name}.{suffix}"]
    equal(sorted(os.listdir(out)), sorted([*names, name + ".xml", "report.json"]))
    return [os.path.join(out, each) for each in names]


def described(kind, report):
    """What the descriptor says of the machine is what becomes of it."""
    if kind == "archive":
        return
    source, target = report["source"], report["target"]
    equal((source["name"], source["memory_bytes"], source["vcpus"]), (machine.name, machine.memory * MIB, machine.cpus))
    equal([nic["mac"] for nic in target["nics"]], [machine.mac])
    equal((target["memory_bytes"], target["vcpus"], target["firmware"]), (machine.memory * MIB, machine.cpus, "bios"))


def imported(title, kind, make, words, form, check):
    def test():
        folder = work(title.replace(" ", "-"))
        made = make(folder)
        source, *more = [made] if isinstance(made, str) else made
        files = {os.path.join(top, name) for top, _, names in os.walk(folder) for name in names}
        before = {path: harness.sha256(path) for path in files}
        out = scratch.file("out-" + os.path.basename(folder))
        done = harness.run(scratch, "import", source, *more, *words, "--output-dir", out, "--no-define", "--boot-test=none")
        equal(done.returncode, 0, done.stderr)
        report = harness.load(os.path.join(out, "report.json"))
        print(f"# {report['pipeline']['duration_seconds']} s")
        equal(report["changes"], [])
        described(kind, report)
        count = len(report["target"]["disks"])
        equal(count, 1 if make in lones else 2)
        results = outputs(out, report["target"]["name"], count, form)
        tree = ET.parse(os.path.join(out, report["target"]["name"] + ".xml"))
        equal([(disk.find("driver").get("type"), disk.find("source").get("file")) for disk in tree.findall("devices/disk")
               if disk.get("device", "disk") == "disk"], [(form, path) for path in results])
        grown = next((GROWN[word] for word in words if word in GROWN), [0, 0])
        if count == 2:
            small_guest.require_same(raws[1], results[1], form, grown[1])
        raw = results[0] if form == "raw" else packing.raw_of(results[0], os.path.join(out, "root.raw"))
        equal(os.path.getsize(raw), os.path.getsize(raws[0]) + grown[0])
        small_guest.require_root(raws[0], raw, out)
        if check:
            check(results, report)
        equal({path: harness.sha256(path) for path in files}, before, "the source")
        subprocess.run(["rm", "-rf", out, folder], check=True)
    test.__doc__ = " ".join([title, *words]) + ": the result is the same"
    return test


def fence():
    """a snapshot whose base lies elsewhere is refused, and imported once that folder is allowed"""
    base, child = work("base"), work("child")
    packing.convert(raws[0], os.path.join(base, "base.vmdk"), "monolithicSparse")
    subprocess.run(["qemu-img", "create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", "../base/base.vmdk", "top.vmdk"], check=True, cwd=child)
    words = ["import", os.path.join(child, "top.vmdk"), "--input-format", "vmdk", "--output-dir", scratch.file("out"), "--no-define", "--boot-test=none"]
    done = harness.run(scratch, *words)
    equal(done.returncode, 4, done.stderr)
    equal(len(done.stderr.strip().splitlines()), 1, done.stderr)
    done = harness.run(scratch, *words, "--allow-folder", base)
    equal(done.returncode, 0, done.stderr)
    small_guest.require_root(raws[0], packing.raw_of(scratch.file("out", "top.qcow2"), scratch.file("out", "root.raw")), scratch.file("out"))


def seeded():
    """--cloud-init with iso: the domain gets a medium with the seed, and the guest, which has no cloud-init, nothing"""
    user, out = scratch.file("user-data"), scratch.file("seeded")
    with open(user, "w", encoding="utf-8") as file:
        file.write("#cloud-config\nhostname: web\n")
    words = ["import", lone("raw", ".xz")(work("lone")), "--name", "web", "--cloud-init", f"user-data={user},iso", "--output-dir", out,
             "--no-define", "--boot-test=none"]
    done = harness.run(scratch, *words)
    equal(done.returncode, 0, done.stderr)
    true("nothing reads the ISO image" in done.stderr, done.stderr)
    equal(sorted(os.listdir(out)), ["report.json", "web-cidata.iso", "web.qcow2", "web.xml"])
    report, medium = harness.load(os.path.join(out, "report.json")), os.path.join(out, "web-cidata.iso")
    equal(report["changes"], [])
    equal([a["path"] for a in report["artifacts"] if a["type"] == "seed_iso"], [medium])
    equal(os.stat(medium).st_mode, os.stat(os.path.join(out, "web.qcow2")).st_mode)
    with open(medium, "rb") as file:
        equal(file.read()[16 * 2048 + 40:16 * 2048 + 72].decode().rstrip(), "cidata")  # ECMA-119, 8.4.7
    said = subprocess.run(["blkid", "-p", "-o", "export", medium], check=True, capture_output=True, text=True)
    true("LABEL=cidata" in said.stdout.splitlines(), said.stdout)
    subprocess.run(["virt-xml-validate", os.path.join(out, "web.xml"), "domain"], check=True, stdout=subprocess.DEVNULL)
    drive = ET.parse(os.path.join(out, "web.xml")).find("devices/disk[@device='cdrom']")
    equal((drive.find("source").get("file"), drive.find("readonly") is not None), (medium, True))
    os.unlink(os.path.join(out, "web.qcow2"))
    os.unlink(os.path.join(out, "web.xml"))
    done = harness.run(scratch, *words)
    equal((done.returncode, len(done.stderr.strip().splitlines())), (6, 1), done.stderr)


def media():
    """an ISO image in a drive of a package is in that drive of the domain, byte for byte; one that is missing is not"""
    iso = os.path.join(work("iso"), "tools.iso")
    os.rename(scratch.file("seeded", "web-cidata.iso"), iso)
    folder = work("media")
    plain = packing.ova(os.path.join(folder, "plain.ova"), machine, raws[:1], isos=[iso])
    packed = compress(packing.ova(os.path.join(folder, "packed.ova"), machine, raws[:1], isos=[iso]), os.path.join(folder, "packed.ova.gz"))
    descriptor = packing.ovf(folder, machine, raws[:1], isos=[iso])[0]
    os.unlink(os.path.join(folder, "tools.iso"))
    for source, there in ((plain, True), (packed, True), (descriptor, False)):
        before, out = harness.sha256(source), scratch.file("with-media")
        done = harness.run(scratch, "import", source, "--output-dir", out, "--no-define", "--boot-test=none")
        equal(done.returncode, 0, done.stderr)
        made = ["small-guest-cdrom1.iso"] if there else []
        equal(sorted(os.listdir(out)), ["report.json", *made, "small-guest.qcow2", "small-guest.xml"])
        report = harness.load(os.path.join(out, "report.json"))
        equal([a["path"] for a in report["artifacts"] if a["type"] == "cdrom_iso"], [os.path.join(out, name) for name in made])
        equal(any("stays empty" in warning["message"] for warning in report["warnings"]), not there)
        tree = ET.parse(os.path.join(out, "small-guest.xml"))
        drives = [drive.find("source") for drive in tree.findall("devices/disk[@device='cdrom']")]
        equal([None if medium is None else medium.get("file") for medium in drives],
              [None, os.path.join(out, made[0]) if there else None])
        equal([harness.sha256(os.path.join(out, name)) for name in made], [harness.sha256(iso)] * len(made))
        subprocess.run(["virt-xml-validate", os.path.join(out, "small-guest.xml"), "domain"], check=True, stdout=subprocess.DEVNULL)
        equal(harness.sha256(source), before, "the source")
        subprocess.run(["rm", "-rf", out], check=True)


lones = [row[2] for row in ROWS if row[0] in ("raw.xz", "qcow2.zst")]
harness.main([guest, *[imported(*row) for row in ROWS], fence, seeded, media, harness.nothing_is_left(scratch)])
