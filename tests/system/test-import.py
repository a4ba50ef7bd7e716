#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real guest of the variant named on the command line, from VMware's look to a proven boot on virtio."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import harness
from harness import equal, true

VARIANT = sys.argv[1]
scratch = harness.Scratch()
disk = scratch.file("guest.vmdk")
out = scratch.file("out")
image = os.path.join(out, "app.qcow2")
seen = {}


def build():
    """the guest is built"""
    seen["facts"] = harness.guest(VARIANT, disk)
    seen["sum"] = harness.sha256(disk)


def plan():
    """plan --json names every repair and leaves the source as it is"""
    done = harness.run(scratch, "plan", "--json", disk)
    equal(done.returncode, 0, done.stderr)
    with open(scratch.file("plan.json"), "w", encoding="utf-8") as file:
        file.write(done.stdout)
    document = harness.load(scratch.file("plan.json"))
    equal(document["version"], 1)
    outcomes = {f["fixer"]: f["outcome"] for f in document["fixers"]}
    for fixer in ("linux.fstab", "linux.grub", "linux.network-names", "linux.initramfs"):
        equal(outcomes.get(fixer), "planned", fixer)
    diffs = {c.get("path"): c.get("diff", "") for c in document["changes"]}
    true("-/dev/sda" in diffs["/etc/fstab"] and "+UUID=" in diffs["/etc/fstab"], "fstab's diff shows names becoming UUIDs")
    extended = [c for c in document["changes"] if c["kind"] == "extend-initramfs"]
    true(extended and extended[0]["otherwise"], "the image is extended, and the command of a rebuild is reported")


def unrepaired_is_not_proven():
    """a boot test of the unrepaired disk ends with status 3, and keeps the serial log and a screenshot"""
    done = harness.run(scratch, "boot-test", "--boot-timeout", "300", "--report", scratch.file("before.json"), disk)
    equal(done.returncode, 3, done.stderr)
    print("# " + done.stderr.strip().splitlines()[-1])
    boot = harness.load(scratch.file("before.json"))["boot_test"]
    true(not boot["proven"], boot["why"])
    with open(boot["screenshot"], "rb") as file:
        equal(file.read(8), b"\x89PNG\r\n\x1a\n")
    with open(boot["serial_log"], "rb") as file:
        true(b"(initramfs)" in file.read(), "the guest stopped in its initramfs")


def imports():
    """import ends with status 0"""
    done = harness.run(scratch, "import", disk, "--name", "app", "--output-dir", out, "--no-define", *harness.PATIENCE)
    sys.stderr.write(done.stdout + done.stderr)
    equal(done.returncode, 0, done.stderr)
    seen["report"] = harness.load(os.path.join(out, "report.json"))


def evidence():
    """the report shows the root on virtio, all mounts, the old name and address, and no failed unit"""
    boot = seen["report"]["boot_test"]
    found = boot["evidence"]
    true(boot["proven"], boot["why"])
    equal(found["root_driver"], "virtio_blk")
    equal(found["missing_mounts"], [])
    equal(found["failed_units"], [])
    facts = seen["facts"]
    true(any((a["name"], a["address"]) == (facts["IFACE"], facts["ADDRESS"]) for a in found["addresses"]), f"{found['addresses']}")
    true(any((n["name"], n["mac"], n["driver"]) == (facts["IFACE"], facts["MAC"].lower(), "virtio_net") for n in found["nics"]), f"{found['nics']}")
    mounted = [m["path"] for m in found["mounts"]]
    true("/boot" in mounted, f"{mounted}")
    # What is mounted by a unit, which named its disk as the old machine did.
    true(facts.get("UNIT_MOUNT", "/boot") in mounted, f"{mounted}")
    equal(found["given_up_units"], [])


def outputs():
    """the folder holds the disk, the domain XML and the report, and nothing else"""
    equal(sorted(os.listdir(out)), ["app.qcow2", "app.xml", "report.json"])
    subprocess.run(["qemu-img", "check", "-q", "-f", "qcow2", image], check=True)
    equal([a["type"] for a in seen["report"]["artifacts"]][:2], ["converted_image", "domain_xml"])


def domain():
    """the domain XML is valid, and has the guest's MAC and firmware"""
    path = os.path.join(out, "app.xml")
    subprocess.run(["virt-xml-validate", path, "domain"], check=True, stdout=subprocess.DEVNULL)
    tree = ET.parse(path)
    equal(tree.find("devices/interface/mac").get("address"), seen["facts"]["MAC"].lower())
    equal(tree.find("devices/disk/target").get("bus"), "virtio")
    equal(tree.find("os").get("firmware"), "efi" if seen["facts"]["FIRMWARE"] == "uefi" else None)


def source_untouched():
    """the source was not written"""
    equal(harness.sha256(disk), seen["sum"])


def boots_elsewhere():
    """the result reaches the guest's own marker under a QEMU of its own, with its address"""
    facts = seen["facts"]
    done = subprocess.run([os.path.join(harness.GUESTS, "boot"), "--hardware", "virtio", "--firmware", facts["FIRMWARE"], "--mac",
                           facts["MAC"], "--timeout", "900", "--format", "qcow2", image],
                          capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    sys.stderr.write(done.stdout + done.stderr)
    equal(done.returncode, 0, done.stderr)
    true(facts["ADDRESS"] in done.stdout, "the address is up")
    true("H2K-FAILED" not in done.stdout, "no unit failed")


def originals_are_kept():
    """the report names the original of each file that was changed"""
    changes = {c.get("path"): c for c in seen["report"]["changes"]}
    true(changes["/etc/fstab"]["kept"][0].startswith("/var/lib/virt-hyper2kvm/"), changes["/etc/fstab"]["kept"])


def next_rebuild_has_the_drivers():
    """the guest's own update-initramfs builds an image with virtio's drivers in it"""
    listed = harness.guest_runs(VARIANT, image, "sh", "-ec", "update-initramfs -u -k all >&2; lsinitramfs /boot/initrd.img-*")
    for driver in ("virtio_pci", "virtio_blk", "virtio_scsi", "virtio_net"):
        true(f"/{driver}.ko" in listed, driver)


def second_import_plans_nothing():
    """a plan for the imported disk has no changes"""
    done = harness.run(scratch, "plan", "--json", image)
    equal(done.returncode, 0, done.stderr)
    with open(scratch.file("again.json"), "w", encoding="utf-8") as file:
        file.write(done.stdout)
    equal(harness.load(scratch.file("again.json"))["changes"], [])


def observed():
    """a boot test that changes nothing sees the login prompt of the result"""
    before = harness.sha256(image)
    done = harness.run(scratch, "boot-test", "--boot-test=observe", *harness.PATIENCE, "--json", image)
    equal(done.returncode, 0, done.stderr)
    last = json.loads(done.stdout.strip().splitlines()[-1])
    equal((last["type"], last["report"]["boot_test"]["method"]), ("result", "observe"))
    print("# " + last["report"]["boot_test"]["why"])
    equal(harness.sha256(image), before)


def nothing_is_replaced():
    """an import under a name that exists is refused with status 6 and changes nothing"""
    before = harness.sha256(image), harness.load(os.path.join(out, "report.json"))
    done = harness.run(scratch, "import", disk, "--name", "app", "--output-dir", out, "--no-define")
    equal(done.returncode, 6, done.stderr)
    equal(len(done.stderr.strip().splitlines()), 1, done.stderr)
    equal((harness.sha256(image), harness.load(os.path.join(out, "report.json"))), before)
    scratch.remove()


# What does not hang on the layout of the disk is shown on one guest.
every = [build, plan, imports, evidence, outputs, domain, source_untouched, originals_are_kept, second_import_plans_nothing]
once = [unrepaired_is_not_proven, boots_elsewhere, observed, next_rebuild_has_the_drivers] if VARIANT == "bios-mbr-ext4" else []
harness.main([*every, *once, nothing_is_replaced])
