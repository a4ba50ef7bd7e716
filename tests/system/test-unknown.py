#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Systems that are not recognised are converted as they are, get hardware that needs no virtio, and start on it."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import harness
import small_guest
from harness import equal, true

sys.path.insert(0, os.path.join(harness.ROOT, "tests", "support"))
import packing  # noqa: E402  pylint: disable=wrong-import-position

scratch = harness.Scratch()
NOT_PROVEN, REFUSED = 3, 4
MIB = 1 << 20
PARTITION_AT = 4 * MIB
FREEBSD_UFS = "516E7CB6-6ECF-11D6-8FF8-00022D09712B"
LINUX_DATA = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
# Writes the text at 0x7c20, up to a zero, to the first serial port, and halts.
LOADER = bytes.fromhex("31c08ed8fcbe217c" "ac84c07406" "baf803ee" "ebf5" "f4ebfd")

VYOS = {"boot/grub/grub.cfg": "linux /boot/1.4/vmlinuz boot=live vyos-union=/boot/1.4\n", "boot/1.4/vmlinuz": "kernel",
        "boot/1.4/live-rw/config/config.boot": "interfaces { ethernet eth0 { hw-id 00:50:56:8f:1a:01 } }\n",
        "boot/1.4/1.4.squashfs": "hsqs"}
OSTREE = {"ostree/repo/config": "[core]\nmode=bare\n",
          "ostree/deploy/fedora-coreos/deploy/0123abcd.0/usr/lib/os-release": "ID=fedora\nVARIANT_ID=coreos\n",
          "boot/loader/entries/ostree-1.conf": "options root=UUID=1 ostree=/ostree/boot.1/fedora-coreos/0123abcd/0\n"}
FREEBSD = {"etc/rc.conf": 'hostname="beastie"\nifconfig_em0="DHCP"\n', "etc/fstab": "/dev/da0p2 / ufs rw 1 1\n",
           "etc/passwd": "root:*:0:0::/root:/bin/sh\n", "boot/loader.conf": 'console="comconsole"\n'}


def tree(name, files):
    folder = scratch.file(name + "-tree")
    for path, text in files.items():
        os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write(text)
    return folder


def ufs(name, files):
    path = scratch.file(name + ".part")
    subprocess.run(["makefs", "-t", "ffs", "-o", "version=2", "-s", "32m", path, tree(name, files)], check=True, stdout=subprocess.DEVNULL)
    return path


def ext4(name, files):
    path = scratch.file(name + ".part")
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", tree(name, files), path, "32m"], check=True)
    return path


def random_bytes(name, _files):
    path = scratch.file(name + ".part")
    with open(path, "wb") as file:
        file.write(small_guest.noise(name, 4 * MIB))
    return path


def disk(name, make, files, kind, prompt):
    """A disk whose boot sector writes @prompt to the serial port, with one partition of what @make makes."""
    raw, part = scratch.file(name + ".raw"), make(name, files)
    with open(raw, "wb") as file:
        file.truncate(PARTITION_AT + os.path.getsize(part) + MIB)
    label = "label: gpt\n" if len(kind) > 2 else "label: dos\n"
    subprocess.run(["sfdisk", "--quiet", raw], input=f"{label}start={PARTITION_AT // 512}, size={os.path.getsize(part) // 512}, type={kind}\n",
                   text=True, check=True)
    with open(part, "rb") as file:
        small_guest.write_at(raw, PARTITION_AT, file.read())
    small_guest.write_at(raw, 0, LOADER.ljust(0x21, b"\0") + b"\r\n" + prompt + b"\0")
    os.unlink(part)
    return raw


def imported(name, raw, *words):
    out = scratch.file(name + "-out")
    done = harness.run(scratch, "import", raw, "--name", name, "--output-dir", out, "--no-define", "--mac", "00:50:56:8f:1a:01", *words)
    sys.stderr.write(done.stdout + done.stderr)
    return done, out


def known_devices(out, name):
    """The domain has devices that old systems have drivers for, and the one disk comes first."""
    domain = ET.parse(os.path.join(out, name + ".xml")).getroot()
    equal(domain.find("devices/disk/target").get("bus"), "sata")
    equal(domain.find("devices/interface/model").get("type"), "e1000e")
    equal(domain.find("devices/interface/mac").get("address"), "00:50:56:8f:1a:01")


def starts(name, make, files, kind):
    def test():
        raw = disk(name, make, files, kind, b"phony login: ")
        before = harness.sha256(raw)
        done, out = imported(name, raw, *harness.PATIENCE)
        equal(done.returncode, 0, done.stderr)
        known_devices(out, name)
        report = harness.load(os.path.join(out, "report.json"))
        equal((report["boot_test"]["proven"], report["boot_test"]["method"]), (True, "observe"))
        ids = [notice["id"] for notice in report["warnings"]]
        for wanted in ("guest.unknown-system", "guest.no-known-root", "target.compatible-devices", "boot.only-observed"):
            true(wanted in ids, f"{wanted} is not in {ids}")
        equal(harness.sha256(packing.raw_of(os.path.join(out, name + ".qcow2"), scratch.file(name + "-after.raw"))), before)
        equal(harness.sha256(raw), before, "the source")
        # Asked for what it cannot do, it says so.
        plan = harness.run(scratch, "plan", "--json", "--machine-id", "new", raw)
        equal(plan.returncode, 0, plan.stderr)
        true("guest.not-configured" in plan.stdout, plan.stdout)
    test.__doc__ = f"{name} is converted as it is, and starts"
    return test


def silent():
    """a system that starts and shows no sign of it is converted, and graded as not proven"""
    raw = disk("silent", ext4, VYOS, LINUX_DATA, b"loading")
    done, out = imported("silent", raw, "--boot-timeout", "15")
    equal(done.returncode, NOT_PROVEN, done.stderr)
    known_devices(out, "silent")
    report = harness.load(os.path.join(out, "report.json"))
    true(not report["boot_test"]["proven"] and os.path.exists(report["boot_test"]["screenshot"]), json.dumps(report["boot_test"]))
    with open(report["boot_test"]["serial_log"], encoding="utf-8") as file:
        true("loading" in file.read(), "the loader's text")


def nothing():
    """disks that hold nothing are refused, and what only a key opens needs --root none"""
    raw = scratch.file("blank.raw")
    with open(raw, "wb") as file:
        file.truncate(8 * MIB)
    done, _ = imported("blank", raw, "--input-format", "raw", "--boot-test=none")
    equal(done.returncode, REFUSED, done.stderr)
    true("no partition" in done.stderr, done.stderr)
    key = scratch.file("key")
    with open(key, "w", encoding="utf-8") as file:
        file.write("secret")
    raw = disk("locked", random_bytes, {}, "83", b"phony login: ")
    with open(raw, "r+b") as file:
        file.truncate(24 * MIB)
    subprocess.run(["sfdisk", "--quiet", "--no-reread", "-N", "1", raw], input=f"start={PARTITION_AT // 512}, size={20 * MIB // 512}\n",
                   text=True, check=True)
    small_guest.write_at(raw, PARTITION_AT, luks(key))
    done, _ = imported("locked", raw, "--boot-test=none")
    equal(done.returncode, REFUSED, done.stderr)
    true("--key" in done.stderr and "--root none" in done.stderr, done.stderr)
    done, out = imported("locked", raw, "--boot-test=none", "--root", "none")
    equal(done.returncode, 0, done.stderr)
    known_devices(out, "locked")


def luks(key):
    path = scratch.file("luks")
    with open(path, "wb") as file:
        file.truncate(20 * MIB)
    subprocess.run(["cryptsetup", "luksFormat", "--batch-mode", "--type", "luks1", "--pbkdf-force-iterations", "1000", path, key], check=True)
    with open(path, "rb") as file:
        return file.read()


SYSTEMS = {"freebsd": (ufs, FREEBSD, FREEBSD_UFS), "vyos": (ext4, VYOS, LINUX_DATA), "ostree": (ext4, OSTREE, LINUX_DATA),
           "unknown": (random_bytes, {}, "7f")}
chosen = sys.argv[1:]
harness.main([*[starts(name, *SYSTEMS[name]) for name in chosen or SYSTEMS], *([] if chosen else [silent, nothing]),
              harness.nothing_is_left(scratch)])
