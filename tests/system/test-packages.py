#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real guests, packed as other products pack them, are imported and proven to boot."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import harness
from harness import equal, true

PACKAGE = os.path.join(harness.ROOT, "tests", "support", "package")
VARIANTS = {"one": "bios-mbr-ext4", "two": "bios-lvm-two-disks"}
scratch = harness.Scratch()
facts = {}


def package(kind, guest, *disks):
    """Packs a guest; gives the path to be imported."""
    out = scratch.file(kind)
    if kind == "ova":
        out += "/web.ova"
        os.mkdir(os.path.dirname(out))
    known = facts[guest]
    done = subprocess.run([PACKAGE, kind, out, *[scratch.file(disk) for disk in disks], "--name", known["GUEST_NAME"], "--mac",
                           known["MAC"].lower(), "--firmware", known["FIRMWARE"], "--bus", known["HARDWARE"], "--memory", "896"],
                          check=True, text=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    return done.stdout.strip()


def proven(report, known):
    """The boot is proven with the root on virtio, all mounts, and the card with its old name, MAC and address."""
    boot = report["boot_test"]
    found = boot["evidence"]
    true(boot["proven"], boot["why"])
    print(f"# {boot['why']} ({boot['duration_seconds']} s of {report['pipeline']['duration_seconds']} s)")
    equal((found["root_driver"], found["missing_mounts"], found["failed_units"]), ("virtio_blk", [], []))
    true(any((a["name"], a["address"]) == (known["IFACE"], known["ADDRESS"]) for a in found["addresses"]), f"{found['addresses']}")
    true(any((n["name"], n["mac"], n["driver"]) == (known["IFACE"], known["MAC"].lower(), "virtio_net") for n in found["nics"]), f"{found['nics']}")
    true(any(m["path"] == "/boot" for m in found["mounts"]), f"{found['mounts']}")


def described(report, known):
    """What the descriptor says is in the domain."""
    source = report["source"]
    equal(source["name"], known["GUEST_NAME"])
    equal([nic["mac"] for nic in source["nics"]], [known["MAC"].lower()])
    equal((source["memory_bytes"], source["vcpus"], report["target"]["firmware"]), (896 << 20, 2, known["FIRMWARE"]))
    xml = next(a["path"] for a in report["artifacts"] if a["type"] == "domain_xml")
    tree = ET.parse(xml)
    equal(tree.find("devices/interface/mac").get("address"), known["MAC"].lower())
    equal((tree.findtext("vcpu"), tree.findtext("name")), ("2", known["GUEST_NAME"]))


def imported(kind, guest, *disks, words=(), described_by_it=False, more=lambda report: None):
    out = scratch.file(kind + "-out")

    def test():
        facts[guest] = harness.guest(VARIANTS[guest], scratch.file(guest + ".vmdk"))
        done = harness.run(scratch, "import", package(kind, guest, *disks), "--output-dir", out, "--no-define", *harness.PATIENCE, *words)
        sys.stderr.write(done.stdout + done.stderr)
        equal(done.returncode, 0, done.stderr)
        report = harness.load(os.path.join(out, "report.json"))
        if not words:
            proven(report, facts[guest])
        if described_by_it:
            described(report, facts[guest])
        more(report)
        subprocess.run(["rm", "-rf", out, scratch.file(kind)], check=True)
    what = "is repaired" if words else "boots with its root on virtio and its address"
    test.__doc__ = f"{VARIANTS[guest]} as {kind} {what}"
    return test


def chain_of_three(report):
    disk = report["source"]["disks"][0]
    equal([os.path.basename(file) for file in disk["files"]],
          ["bios-mbr-ext4-000002.vmdk", "bios-mbr-ext4-000001.vmdk", "bios-mbr-ext4.vmdk"])


def two_disks(report):
    equal([disk["format"] for disk in report["target"]["disks"]], ["qcow2", "qcow2"])
    true(report["boot_test"]["evidence"]["root_device"].startswith("/dev/mapper/vg0-root"), "the root is the volume on both")


tests = {
    "ova": imported("ova", "one", "one.vmdk", described_by_it=True),
    "chain": imported("chain", "one", "one.vmdk", words=["--boot-test=none"], described_by_it=True, more=chain_of_three),
    "vmx": imported("vmx", "two", "two.vmdk", "two-2.vmdk", described_by_it=True, more=two_disks),
}
chosen = sys.argv[1:] or list(tests)
harness.main([*[tests[name] for name in chosen], harness.nothing_is_left(scratch)])
