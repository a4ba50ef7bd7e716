#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A guest is the same whichever lane it was seen, planned and repaired in: file by file, and as JSON."""

import difflib
import hashlib
import json
import os
import subprocess
import tarfile

import guestfs
import harness
from harness import equal, true

VARIANTS = ["bios-mbr-ext4", "uefi-gpt-lvm"]
LANES = ["direct", "appliance"]
# No program of the guest is needed then, which would run in the appliance either way.
LEAN = ["--keep-old-tools"]

scratch = harness.Scratch()
disks = {}
imported = {}  # (variant, lane): image


def shown(word, variant, lane):
    done = harness.run(scratch, word, disks[variant], "--lane", lane, "--json", *(LEAN if word == "plan" else []))
    equal(done.returncode, 0, done.stderr)
    return json.loads(done.stdout)


def same(one, other, what):
    """Fails with the lines that differ."""
    texts = [json.dumps(value, indent=1, sort_keys=True).splitlines() for value in (one, other)]
    lines = list(difflib.unified_diff(*texts, "direct", "appliance", lineterm="", n=1))
    equal(lines[:40], [], what)


def build():
    """the guests are built"""
    for variant in VARIANTS:
        disks[variant] = scratch.file(variant + ".vmdk")
        harness.guest(variant, disks[variant])


def inspections():
    """both lanes say the same of a guest"""
    for variant in VARIANTS:
        same(*(shown("inspect", variant, lane) for lane in LANES), variant)


def plans():
    """both lanes plan the same"""
    for variant in VARIANTS:
        direct, appliance = (shown("plan", variant, lane) for lane in LANES)
        equal([direct.pop("lane"), appliance.pop("lane")], [{"name": "direct"}, {"name": "appliance"}], variant)
        same(direct, appliance, variant)


def repaired(variant, lane):
    """Repairs the guest in @lane; gives image, job and the files that changed."""
    out = scratch.file(f"{variant}-{lane}")
    done = harness.run(scratch, "import", disks[variant], "--lane", lane, "--output-dir", out, "--name", "guest",
                       "--no-define", "--boot-test=none", *LEAN)
    equal(done.returncode, 0, done.stderr)
    report = harness.load(os.path.join(out, "report.json"))
    stages = report["pipeline"]["stages"]
    equal([stages[stage]["lane"] for stage in ("inspect", "fix")], [{"name": lane}] * 2)
    return os.path.join(out, "guest.qcow2"), report["job"], {file["path"] for file in report["files"]}


def files_of(image, job, mounts):
    """{path: what is there}, with the id of the job masked."""
    handle = guestfs.GuestFS(python_return_dict=True)
    handle.set_backend("direct")
    handle.set_backend_setting("force_tcg", "1")
    handle.add_drive_opts(image, format="qcow2", readonly=1)
    handle.launch()
    found = {}
    for device, path in mounts:
        handle.mount_ro(device, "/")
        tar = scratch.file("files.tar")
        handle.tar_out("/", tar, numericowner=True, xattrs=True, selinux=True, acls=True)
        handle.umount_all()
        with tarfile.open(tar) as archive:
            for member in archive:
                name = os.path.normpath(os.path.join(path, member.name)).replace(job, "JOB")
                content = archive.extractfile(member).read() if member.isreg() else b""
                extended = {key: value for key, value in member.pax_headers.items() if "xattr" in key or "acl" in key.lower()}
                found[name] = [member.type.decode(), oct(member.mode), member.uid, member.gid, int(member.mtime),
                               member.linkname, len(content),
                               hashlib.sha256(content.replace(job.encode(), b"JOB")).hexdigest(), extended]
        os.remove(tar)
    handle.shutdown()
    handle.close()
    return found


def results():
    """both lanes leave the same files: content, owner, mode, extended attributes, and times of all that is not ours"""
    for variant in VARIANTS:
        trees, changed = [], set()
        mounts = [(mount["device"], mount["path"]) for mount in shown("inspect", variant, "direct")["guest"]["mounts"]
                  if mount["path"] != "/boot/efi"]
        for lane in LANES:
            image, job, paths = repaired(variant, lane)
            imported[variant, lane] = image
            changed |= paths
            trees.append(files_of(image, job, mounts))
        true(changed, "the repair changed something")
        times = 4
        folders = {os.path.dirname(path) for path in changed} | {"/"}
        for tree in trees:
            for path, facts in tree.items():
                if path in changed or path in folders or "virt-hyper2kvm" in path or path == "/var/lib":
                    facts[times] = 0
        same(*trees, variant)


def boot_files(image):
    """{name: length and checksum, or where the link leads} of /boot of bios-mbr-ext4."""
    raw, boot, files = scratch.file("boot.raw"), scratch.file("boot.part"), scratch.file("boot")
    subprocess.run(["qemu-img", "convert", "-O", "raw", image, raw], check=True)
    subprocess.run(["dd", "if=" + raw, "of=" + boot, "bs=1M", "skip=1153", "count=256", "status=none"], check=True)
    os.mkdir(files)
    subprocess.run(["debugfs", "-R", "rdump / " + files, boot], check=True, capture_output=True)
    found = {}
    for name in os.listdir(files):
        path = os.path.join(files, name)
        if os.path.isfile(path):
            found[name] = [os.path.getsize(path), harness.sha256(path), oct(os.stat(path).st_mode), os.stat(path).st_uid]
    subprocess.run(["rm", "-rf", raw, boot, files], check=True)
    return found


def reverts():
    """what one lane extended, the other cuts back: /boot is that of the source"""
    variant = "bios-mbr-ext4"
    before = boot_files(disks[variant])
    true(any(name.startswith("initrd.img-") for name in before), before)
    for lane, other in zip(LANES, reversed(LANES)):
        image = imported[variant, lane]
        report = harness.load(os.path.join(os.path.dirname(image), "report.json"))
        entries = [file for file in report["files"] if file["first"] == "extended"]
        equal([os.path.basename(file["path"]) for file in entries], [n for n in before if n.startswith("initrd.img-")], lane)
        equal([entries[0]["first_bytes"], entries[0]["first_sha256"]], before[os.path.basename(entries[0]["path"])][:2], lane)
        true(boot_files(image) != before, "the image was extended")
        done = harness.run(scratch, "revert", image, "--lane", other)
        equal(done.returncode, 0, done.stderr)
        equal(boot_files(image), before, lane)


def sources():
    """no source was written, and nothing is left behind"""
    equal(scratch.left_behind(), [])
    scratch.remove()


harness.main([build, inspections, plans, results, reverts, sources])
