#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real guest whose boot loader is damaged and whose kernel is not: it starts directly, and is not proven."""

import json
import os
import subprocess

import harness
from harness import equal, true

NOT_PROVEN = 3
scratch = harness.Scratch()
disk = scratch.file("guest.qcow2")
out = scratch.file("out")
image = os.path.join(out, "app.qcow2")
seen = {}


def build():
    """the guest is built, and the sectors behind its MBR, which hold the core of GRUB, are gone"""
    built = scratch.file("guest.vmdk")
    seen["facts"] = harness.guest("bios-mbr-ext4", built)
    subprocess.run(["qemu-img", "convert", "-f", "vmdk", "-O", "qcow2", built, disk], check=True)
    os.unlink(built)
    subprocess.run(["qemu-io", "-f", "qcow2", "-c", "write -z 512 31k", disk], check=True, stdout=subprocess.DEVNULL)


def imports():
    """import --boot-test=quick ends with status 0, and never says that it is proven"""
    done = harness.run(scratch, "import", disk, "--name", "app", "--output-dir", out, "--no-define", "--boot-test=quick",
                       *harness.PATIENCE)
    equal(done.returncode, 0, done.stderr)
    seen["report"] = harness.load(os.path.join(out, "report.json"))
    true("\nBoot:      the guest boots when it is started directly; its boot loader was not tested. " in done.stdout, done.stdout)
    true("proven" not in done.stdout, done.stdout)


def grade():
    """the report has the grade of a direct start, and what that leaves open"""
    boot = seen["report"]["boot_test"]
    equal((boot["proven"], boot["grade"], boot["start"], boot["method"]), (False, "starts-directly", "kernel", "probe"), boot["why"])
    translated = boot["accelerator"] == "tcg"
    equal(boot["kernel_image"], "vmlinux" if translated else "bzImage")
    equal(boot.get("added_arguments"), "norandmaps nokaslr mitigations=off" if translated else None)
    true("boot loader" in boot["untested"] and "serial_log" not in boot, json.dumps(boot))
    equal([w for w in seen["report"]["warnings"] if w["id"] == "boot.not-direct"], [])


def evidence():
    """the evidence is that of the probe: root, mounts, network, services"""
    found = seen["report"]["boot_test"]["evidence"]
    equal((found["root_driver"], found["missing_mounts"], found["failed_units"]), ("virtio_blk", [], []))
    true("/boot" in [m["path"] for m in found["mounts"]], f"{found['mounts']}")
    facts = seen["facts"]
    true(any((a["name"], a["address"]) == (facts["IFACE"], facts["ADDRESS"]) for a in found["addresses"]), f"{found['addresses']}")


def own_cost():
    """the report shows what the test itself costs beside the guest's boot"""
    steps = seen["report"]["pipeline"]["stages"]["validate"]["result"]["steps"]
    for step in ("boot_copy", "probe", "boot_kernel", "boot_serve", "boot_start", "boot_guest", "boot_end"):
        true(0 <= steps[step] <= steps["boot_test"], f"{step}: {steps}")
    print(f"# own cost {steps['boot_test'] - steps['boot_guest']:.2f} s: {steps}")


def full_test_fails():
    """a full boot test of the result does not get past its boot loader"""
    done = harness.run(scratch, "boot-test", "--boot-timeout", "20", "--report", scratch.file("full.json"), image)
    equal(done.returncode, NOT_PROVEN, done.stderr)
    boot = harness.load(scratch.file("full.json"))["boot_test"]
    equal((boot["proven"], boot["grade"], boot["start"]), (False, "not-proven", "firmware"))


harness.main([build, imports, grade, evidence, own_cost, full_test_fails, harness.nothing_is_left(scratch)])
