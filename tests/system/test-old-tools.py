#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real guest with open-vm-tools removes them itself when it starts first, and does no more than that."""

import os
import subprocess
import sys

import harness
from harness import equal, true

VARIANT = "bios-mbr-ext4"
scratch = harness.Scratch()
disk = scratch.file("guest.vmdk")
out = scratch.file("out")
image = os.path.join(out, "app.qcow2")
UNIT = "virt-hyper2kvm-old-tools"

# Runs before the removal, and so leaves behind what waits for its end and says on the serial console what it sees.
WATCH = f"""#!/bin/sh
tell() {{ while read -r line; do printf 'H2K-%s %s\\r\\n' "$1" "$line" >/dev/ttyS0; done; }}
packages() {{ dpkg-query -W -f '${{db:Status-Abbrev}} ${{Package}}\\n'; }}
if [ "$1" = watch ]; then
    until [ ! -e /var/lib/virt-hyper2kvm/old-tools.sh ]; do sleep 1; done
    while systemctl -q is-active {UNIT}.service; do sleep 1; done
    packages | diff /run/packages - | grep '^[<>]' | tell CHANGED
    journalctl -b -o cat _SYSTEMD_UNIT={UNIT}.service | tell JOURNAL
    tell LOG </var/log/virt-hyper2kvm/old-tools.log
    find /etc/systemd /var/lib/virt-hyper2kvm -name '*old-tools*' -o -name '*vgauth*' -o -name '*vm-tools*' | tell LEFT
    systemctl --failed --plain --no-legend | tell FAILED
    echo here | tell WATCHED
    exit
fi
packages >/run/packages
for unit in open-vm-tools vgauth; do systemctl is-active $unit.service; systemctl is-enabled $unit.service; done | tell TOOLS
systemd-run --no-block sh "$0" watch
"""
CONFIGURATION = "firstboot:\n  scripts:\n    - name: watch\n      content: |\n" + "".join(
    "        " + line + "\n" for line in WATCH.splitlines())


def build():
    """the guest is built"""
    harness.guest(VARIANT, disk)


def imports():
    """the import runs no program of the guest's, and leaves the packages to it"""
    file = scratch.file("guest.yaml")
    with open(file, "w", encoding="ascii") as stream:
        stream.write(CONFIGURATION)
    done = harness.run(scratch, "import", disk, "--name", "app", "--output-dir", out, "--no-define", "--boot-test=none",
                       "--configuration", file)
    equal(done.returncode, 0, done.stderr)
    report = harness.load(os.path.join(out, "report.json"))
    equal([c for c in report["changes"] if c["kind"] == "run"], [])
    outcomes = {change.get("path"): change["outcome"] for change in report["changes"]}
    for path in ("/var/lib/virt-hyper2kvm/old-tools.sh", f"/etc/systemd/system/{UNIT}.service",
                 "/etc/systemd/system/open-vm-tools.service", "/etc/systemd/system/vgauth.service"):
        equal(outcomes.get(path), "done", path)
    true(any(w["id"] == "old-tools.first-boot" for w in report["warnings"]), "the report says when they are removed")


def starts():
    """at its first start the guest removes them, with a log, and nothing else; until then they do not start"""
    facts = harness.facts(VARIANT)
    done = subprocess.run([os.path.join(harness.GUESTS, "boot"), "--hardware", "virtio", "--mac", facts["MAC"], "--timeout", "1500",
                           "--marker", "H2K-WATCHED", "--format", "qcow2", image],
                          capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    said = {}
    for line in done.stdout.splitlines():
        word, _, rest = line.strip().partition(" ")
        said.setdefault(word, []).append(" ".join(rest.split()))
    for word in ("H2K-TOOLS", "H2K-JOURNAL", "H2K-LOG", "H2K-LEFT", "H2K-FAILED"):
        for line in said.get(word, []):
            print(f"# {word}: {line}")
    sys.stderr.write(done.stderr)
    equal(done.returncode, 0, done.stderr)
    equal(said["H2K-TOOLS"], ["inactive", "masked", "inactive", "masked"])
    equal(said["H2K-CHANGED"], ["< ii open-vm-tools"])
    for place in ("H2K-JOURNAL", "H2K-LOG"):
        true("virt-hyper2kvm has removed them" in said[place], f"{place}: {said[place]}")
    equal(said.get("H2K-LEFT", []), [])
    equal(said.get("H2K-FAILED", []), [])
    scratch.remove()


harness.main([build, imports, starts])
