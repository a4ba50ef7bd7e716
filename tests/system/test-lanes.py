#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A guest is the same whichever lane it was seen, planned and repaired in: file by file, and as JSON.

Each variant named on the command line, or all whose file systems the direct lane can write.
"""

import difflib
import json
import os
import subprocess
import sys

import guest_files
import harness
from guest_files import CONTENT, TIME
from harness import equal, true

# One of them gets its volume in LUKS1, which QEMU opens.
ENCRYPTED = "uefi-luks-nofallback"
# One needs a program of its own, which runs in the appliance: its results would come from the same lane.
PLANNED = "uefi-systemd-boot"
REVERTED = "bios-mbr-ext4"
VARIANTS = sys.argv[1:] or [REVERTED, "uefi-gpt-lvm", "bios-lvm-two-disks", ENCRYPTED, PLANNED]
LANES = ["direct", "appliance"]
# No program of the guest is needed then, which would run in the appliance either way.
LEAN = ["--keep-old-tools"]

scratch = harness.Scratch()
disks, keys, passphrases = {}, {}, {}
imported = {}  # lane: image of the guest that is reverted


def options(variant):
    return [*disks[variant], *keys.get(variant, [])]


def shown(word, variant, lane):
    done = harness.run(scratch, word, *options(variant), "--lane", lane, "--json", *(LEAN if word == "plan" else []))
    equal(done.returncode, 0, done.stderr)
    return json.loads(done.stdout)


def same(one, other, what):
    """Fails with the lines that differ."""
    texts = [json.dumps(value, indent=1, sort_keys=True).splitlines() for value in (one, other)]
    lines = list(difflib.unified_diff(*texts, "direct", "appliance", lineterm="", n=1))
    equal(lines[:40], [], what)


def as_luks1(variant):
    """Gives the guest's encrypted volume a header of LUKS1 for the same key, and a crypttab that needs no repair: then
    no program of the guest has to run."""
    known, work = harness.facts(variant), scratch.file("luks1")
    made = guest_files.Disks(work, disks[variant])
    place = made.devices[known["LUKS_DEVICE"]]
    header, secret, key = (os.path.join(work, name) for name in ("header", "passphrase", "volume-key"))
    guest_files.copy(place[0], place[1], 8 << 20, header, 0)
    os.truncate(header, place[2])
    with open(secret, "w", encoding="ascii") as file:
        file.write(known["LUKS_PASSPHRASE"])
    identity = guest_files.run("cryptsetup", "luksUUID", header).strip()
    guest_files.run("cryptsetup", "-q", "luksDump", "--dump-volume-key", "--volume-key-file", key, "--key-file", secret, header)
    guest_files.run("cryptsetup", "-q", "luksFormat", "--type", "luks1", "--uuid", identity, "--cipher", "aes-xts-plain64",
                    "--key-size", "512", "--pbkdf-force-iterations", "1000", "--offset", str((2 << 20) // 512),
                    "--volume-key-file", key, "--key-file", secret, header)
    guest_files.copy(header, 0, 2 << 20, place[0], place[1])
    made.passphrase = known["LUKS_PASSPHRASE"]
    made.open_luks(place)
    plain = made.devices["/dev/mapper/luks-" + identity][0]
    crypttab = os.path.join(work, "crypttab")
    with open(crypttab, "w", encoding="ascii") as file:
        file.write(f"sda3_crypt UUID={identity} none luks,discard,initramfs\n")
    # The root is the first volume of the group, whose extents begin at 1 MiB.
    subprocess.run(["debugfs", "-w", "-f", "/dev/stdin", f"{plain}?offset={1 << 20}"], check=True, capture_output=True, text=True,
                   input=f"rm /etc/crypttab\nwrite {crypttab} /etc/crypttab\nsif /etc/crypttab mode 0100600\n")
    object_, node = made.luks_node(place)
    guest_files.run("qemu-img", "convert", "-n", "-f", "raw", "--object", object_, "--target-image-opts", plain, node)
    disks[variant] = [scratch.file(variant + ".qcow2")]
    guest_files.run("qemu-img", "convert", "-O", "qcow2", place[0], *disks[variant])
    subprocess.run(["rm", "-rf", work], check=True)


def build():
    """the guests are built"""
    for variant in VARIANTS:
        first = scratch.file(variant + ".vmdk")
        known = harness.guest(variant, first)
        disks[variant] = [first] + [scratch.file(variant + "-2.vmdk")] * (known.get("DISKS") == "2")
        if "LUKS_PASSPHRASE" in known:
            passphrases[variant] = known["LUKS_PASSPHRASE"]
            file = scratch.file(variant + ".key")
            with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="ascii") as key:
                key.write(known["LUKS_PASSPHRASE"])
            keys[variant] = ["--key", f"{known['LUKS_DEVICE']}:file:{file}"]
    if ENCRYPTED in VARIANTS:
        as_luks1(ENCRYPTED)
    # Without KVM a recording saves some seconds of each appliance; where there is none, nothing is lost.
    os.environ["VIRT_HYPER2KVM_CACHE_DIR"] = scratch.file("cache")
    harness.run(scratch, "appliance", "prepare")


def inspections():
    """both lanes say the same of a guest"""
    for variant in VARIANTS:
        same(*(shown("inspect", variant, lane) for lane in LANES), variant)


def plans():
    """both lanes plan the same"""
    for variant in VARIANTS:
        direct, appliance = (shown("plan", variant, lane) for lane in LANES)
        equal([plan.pop("lane")["name"] for plan in (direct, appliance)], ["appliance" if variant == PLANNED else "direct", "appliance"],
              variant)
        same(direct, appliance, variant)


def repaired(variant, lane):
    """Repairs the guest in @lane; gives images, job and the files that changed."""
    out = scratch.file(f"{variant}-{lane}")
    done = harness.run(scratch, "import", *options(variant), "--lane", lane, "--output-dir", out, "--name", "guest",
                       "--no-define", "--boot-test=none", *LEAN)
    equal(done.returncode, 0, done.stderr)
    report = harness.load(os.path.join(out, "report.json"))
    stages = report["pipeline"]["stages"]
    equal([stages[stage]["lane"] for stage in ("inspect", "fix")], [{"name": lane}] * 2)
    images = [made["path"] for made in report["artifacts"] if made["type"] == "converted_image"]
    return images, report["job"], {file["path"] for file in report["files"]}


def tree_of(variant, images, job, mounts):
    """{path: what is there} of all file systems, with the id of the job masked."""
    folder = scratch.file("files")
    found = {}
    os.environ["H2K_MASK"] = job
    made = guest_files.Disks(folder, images, passphrases.get(variant))
    for mount in mounts:
        for path, facts in made.files(mount["device"], mount["type"]).items():
            if mount["type"] == "vfat" and facts[CONTENT] == "":
                facts[TIME] = 0  # a folder's depends on who writes to it
            found[os.path.normpath(mount["path"].rstrip("/") + path)] = facts
    subprocess.run(["rm", "-rf", folder], check=True)
    return found


def results():
    """both lanes leave the same files: content, owner, mode, extended attributes, and times of all that is not ours"""
    for variant in (one for one in VARIANTS if one != PLANNED):
        trees, changed = [], set()
        mounts = shown("inspect", variant, "direct")["guest"]["mounts"]
        for lane in LANES:
            images, job, paths = repaired(variant, lane)
            changed |= paths
            trees.append(tree_of(variant, images, job, mounts))
            if variant == REVERTED:
                imported[lane] = images[0]
            else:
                subprocess.run(["rm", "-rf", scratch.file(f"{variant}-{lane}")], check=True)
        true(changed, "the repair changed something")
        true(len(trees[0]) > 5000, f"{variant} has {len(trees[0])} files")
        folders = {os.path.dirname(path) for path in changed} | {"/"}
        for tree in trees:
            for path, facts in tree.items():
                if path in changed or path in folders or "virt-hyper2kvm" in path or path == "/var/lib":
                    facts[TIME] = 0
        same(*trees, variant)


def boot_files(image):
    """{name: length and checksum, or where the link leads} of /boot of REVERTED."""
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
    if REVERTED not in VARIANTS:
        return
    before = boot_files(disks[REVERTED][0])
    true(any(name.startswith("initrd.img-") for name in before), before)
    for lane, other in zip(LANES, reversed(LANES)):
        image = imported[lane]
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
