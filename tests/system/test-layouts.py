#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guests of further layouts are imported and proven to boot: each variant named on the command line, or all.

What every guest has in common is shown by test-import.py. Here each gets one import with a boot, and one plan of the
result, which must need no change.
"""

import os
import subprocess
import sys

import harness
from harness import Skip, equal, true

VARIANTS = ["bios-raid1-bond", "uefi-luks-nofallback", "uefi-systemd-boot", "bios-btrfs-netplan", "bios-dracut-xfs"]
scratch = harness.Scratch()
facts = {}


def disks(variant):
    names = [f"{variant}.vmdk"] + [f"{variant}-2.vmdk"] * (facts[variant].get("DISKS") == "2")
    return [scratch.file(name) for name in names]


def keys(variant):
    known = facts[variant]
    if "LUKS_PASSPHRASE" not in known:
        return []
    file = scratch.file(variant + ".key")
    with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="ascii") as key:
        key.write(known["LUKS_PASSPHRASE"])
    return ["--key", f"{known['LUKS_DEVICE']}:file:{file}"]


def macs(variant):
    return [facts[variant][name].lower() for name in ("MAC", "MAC_2") if name in facts[variant]]


CONFIGURATION = """users:
  create:
    - name: ann
      groups: [adm]
      home: /srv/ann
      password: $6$h2ktests$q/m1HpLbSKz0MbLh65FB0P1j.LwFYsqo4ZDroQczXDoGQOUNT89pn8zksqaFo8nphDmkHoYExdMGJRSrtz2jG/
      ssh_authorized_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOzz8pPUQd7mOzkaHQrMYcaWYpMEnvGyAOhRmI5M6qCR ann@desk]
services:
  mask: [getty@tty6.service]
hostname: {hostname: web, domain: example.com}
firstboot:
  scripts: [{name: register, content: "#!/bin/sh\\nexit 1\\n"}]
"""


def initramfs(variant):
    """One guest has its own rebuilt, as it was before; those of the others are extended."""
    return ["--initramfs=rebuild"] if variant == "bios-btrfs-netplan" else []


def configuration(variant):
    """One of the guests gets a configuration of the user's."""
    if variant != "bios-raid1-bond":
        return []
    file = scratch.file(variant + ".yaml")
    with open(file, "w", encoding="ascii") as stream:
        stream.write(CONFIGURATION)
    return ["--configuration", file, "--machine-id", "new"]


def import_and_plan(variant):
    """Gives the finished import and, where that went well, the plan of what it made."""
    out = scratch.file(variant + "-out")
    cards = [word for mac in macs(variant) for word in ("--mac", mac)]
    done = harness.run(scratch, "import", *disks(variant), "--name", variant, "--output-dir", out, "--no-define",
                       "--boot-test", "probe", *harness.PATIENCE, *cards, *keys(variant), *configuration(variant), *initramfs(variant))
    if done.returncode:
        return done, None
    made = [a["path"] for a in harness.load(os.path.join(out, "report.json"))["artifacts"] if a["type"] == "converted_image"]
    return done, harness.run(scratch, "plan", "--json", *made, *cards, *keys(variant), *configuration(variant))


def network_is_kept(found, known):
    """Names, MACs and addresses are those that the guest had."""
    seen = {nic["name"]: nic for nic in found["nics"]}
    for name, mac in (("IFACE", "MAC"), ("IFACE_2", "MAC_2")):
        if name in known:
            true(known[name] in seen, f"{found['nics']}")
            equal(seen[known[name]]["driver"], "virtio_net")
            # The cards in a bond all have one address.
            true("BOND" in known or seen[known[name]]["mac"] == known[mac].lower(), f"{found['nics']}")
    address = (known.get("VLAN", known["IFACE"]), known["ADDRESS"])
    true(address in [(a["name"], a["address"]) for a in found["addresses"]], f"{found['addresses']}")


def proven(variant, report):
    boot = report["boot_test"]
    found = boot["evidence"]
    true(boot["proven"], boot["why"])
    print(f"# {boot['why']} ({boot['duration_seconds']} s of {report['pipeline']['duration_seconds']} s)")
    equal((found["root_driver"], found["missing_mounts"], found["failed_units"]), ("virtio_blk", [], []))
    network_is_kept(found, facts[variant])


def repaired(report, *paths):
    """These files were changed; the second plan shows that nothing in them depends on the old hardware."""
    outcomes = {change.get("path"): change["outcome"] for change in report["changes"]}
    for path in paths:
        equal(outcomes.get(path), "done", path)


def subvolumes(report):
    repaired(report, "/etc/fstab")
    paths = {mount["path"] for mount in report["boot_test"]["evidence"]["mounts"]}
    true(paths >= {"/", "/home", "/var/log"}, f"{paths}")


def next_rebuild(report):
    """What the guest's own dracut builds next has virtio's drivers in it."""
    by_uuid(report)
    image = next(a["path"] for a in report["artifacts"] if a["type"] == "converted_image")
    listed = harness.guest_runs("bios-dracut-xfs", image, "sh", "-ec", "cd /lib/modules/*; k=${PWD##*/}; "
                                "dracut --force /boot/initrd.img-$k $k >&2; lsinitrd /boot/initrd.img-$k")
    for driver in ("virtio_pci", "virtio_blk", "virtio_scsi", "virtio_net"):
        true(f"/{driver}.ko" in listed, driver)


def by_uuid(report):
    repaired(report, "/etc/fstab")


def injected(report):
    repaired(report, "/etc/fstab", "/etc/passwd", "/etc/shadow", "/srv/ann/.ssh/authorized_keys", "/etc/hostname", "/etc/hosts",
             "/etc/machine-id", "/etc/systemd/system/getty@tty6.service")
    true(any("firstboot.d/" in str(change.get("path")) for change in report["changes"]), "the script is there")


def unlocked(report):
    repaired(report, "/etc/fstab", "/etc/crypttab")
    true(any(str(change.get("path")).upper().endswith("/EFI/BOOT/BOOTX64.EFI") for change in report["changes"]),
         "the loader is put where the firmware looks without a boot entry")


more = {"bios-btrfs-netplan": subvolumes, "bios-raid1-bond": injected, "uefi-luks-nofallback": unlocked,
        "bios-dracut-xfs": next_rebuild}


def layout(variant):
    def test():
        needed = harness.facts(variant).get("NEEDS_FILESYSTEM", "ext4")
        if not harness.mountable(needed):
            raise Skip("this machine's kernel has no " + needed)
        facts[variant] = harness.guest(variant, scratch.file(f"{variant}.vmdk"))
        done, plan = import_and_plan(variant)
        sys.stderr.write(done.stdout + done.stderr)
        equal(done.returncode, 0, done.stderr)
        report = harness.load(scratch.file(variant + "-out", "report.json"))
        proven(variant, report)
        more.get(variant, by_uuid)(report)
        harness.needs_nothing_more(plan)
        for file in [*disks(variant), scratch.file(variant + "-out")]:
            subprocess.run(["rm", "-rf", file], check=True)
    test.__doc__ = f"{variant} boots with its root on virtio, its mounts and its network, and needs nothing more"
    return test


chosen = sys.argv[1:] or VARIANTS
harness.main([*[layout(variant) for variant in chosen], harness.nothing_is_left(scratch)])
