# SPDX-License-Identifier: LGPL-2.1-or-later
"""The guests that are measured: those of tests/guests, and larger ones made of them."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "tests/guests/build"
INCLUDED = re.compile(r'^\. "\$here/variants/(.+)\.sh"$', re.M)
MIB = 1 << 20
# Not everybody has the folders of these programs in PATH.
TOOLS = dict(os.environ, PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


@dataclass
class Guest:
    name: str
    disks: list  # paths of VMDK images
    macs: list = field(default_factory=list)
    key: Path = None  # a file with the passphrase of the encrypted device
    locked: str = ""  # that device
    known: tuple = None  # its sizes, once it is removed

    def sizes(self):
        """(virtual bytes, stored bytes) of all disks, also of those that are removed."""
        if self.known:
            return self.known
        virtual = stored = 0
        for disk in self.disks:
            said = json.loads(run("qemu-img", "info", "--output=json", disk))
            virtual, stored = virtual + said["virtual-size"], stored + said["actual-size"]
        return virtual, stored

    def warm(self):
        """Writes out and reads all disks once, so that the first command finds the page cache as the others do."""
        for disk in self.disks:
            with open(disk, "rb", buffering=0) as file:
                os.fsync(file)
                while file.read(4 * MIB):
                    pass

    def remove(self):
        self.known = self.sizes()
        for disk in self.disks:
            disk.unlink(missing_ok=True)


def variants():
    """All variants but those that another one is made of: that differs in a name that other tools understand too."""
    names = run(BUILD, "--list", text=True).split()
    made_of = {below for name in names for below in INCLUDED.findall((BUILD.parent / f"variants/{name}.sh").read_text("utf-8"))}
    return [name for name in names if name not in made_of]


def build(variant, work):
    """The guest of tests/guests, its disks in @work."""
    lines = run(BUILD, "--facts", variant, text=True).splitlines()
    facts = {key: value.strip('"') for key, value in (line.split("=", 1) for line in lines if "=" in line)}
    disk = work / f"{variant}.vmdk"
    run(BUILD, variant, disk)
    guest = Guest(variant, [disk], [facts[name] for name in ("MAC", "MAC_2") if name in facts])
    if facts.get("DISKS") == "2":
        guest.disks.append(work / f"{variant}-2.vmdk")
    if "LUKS_PASSPHRASE" in facts:
        guest.key, guest.locked = work / f"{variant}.key", facts["LUKS_DEVICE"]
        guest.key.write_text(facts["LUKS_PASSPHRASE"], encoding="ascii")
    return guest


def run(*argv, **options):
    """Runs a tool that must succeed; gives its output."""
    return subprocess.run(argv, env=TOOLS, check=True, stdout=subprocess.PIPE, **options).stdout


def take_root(head, root, gib):
    """Takes the first partition, with /, out of the disk @head into the file @root, and lets the partition lie behind the
    end of @head, so that the disk has @gib GiB."""
    first = json.loads(run("sfdisk", "--json", head))["partitiontable"]["partitions"][0]
    old, length, start = first["start"] * 512, first["size"] * 512, head.stat().st_size
    run("dd", f"if={head}", f"of={root}", "bs=1M", "iflag=skip_bytes,count_bytes", f"skip={old}", f"count={length}",
        "conv=sparse", "status=none")
    run("fallocate", "--punch-hole", "--offset", str(old), "--length", str(length), head)
    os.truncate(head, gib << 30)
    run("sfdisk", "--quiet", "--no-reread", "-N", "1", head, text=True,
        input=f"start={start // 512}, size={((gib << 30) - start) // 512}\n")
    os.truncate(head, start)
    os.truncate(root, (gib << 30) - start)


def join(parts, disk):
    """Makes of files that lie one behind the other one VMDK."""
    descriptor = disk.with_suffix(".parts")
    extents = "".join(f'RW {part.stat().st_size // 512} FLAT "{part.name}" 0\n' for part in parts)
    descriptor.write_text("# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n"
                          f'createType="twoGbMaxExtentFlat"\n{extents}', encoding="ascii")
    run("qemu-img", "convert", "-f", "vmdk", "-O", "vmdk", descriptor, disk)
    for file in (descriptor, *parts):
        file.unlink()


def fill(device, data, work):
    """Writes @data MiB of noise, no two blocks of it the same, into the file system @device, in files of 256 MiB."""
    noise = work / "noise"
    for number, left in enumerate(range(data, 0, -256)):
        with open(noise, "wb") as file:
            for _ in range(min(left, 256)):
                file.write(os.urandom(MIB))
        said = run("debugfs", "-w", "-R", f"write {noise} noise-{number}", device, stderr=subprocess.STDOUT, text=True)
        if not said.splitlines()[-1].startswith("Allocated inode"):
            raise RuntimeError(f"debugfs: {said}")
    noise.unlink(missing_ok=True)


def enlarge(guest, gib, data, work):
    """A guest as @guest, of one disk whose first partition is an ext file system, with @gib GiB and @data MiB more in it."""
    # First the parts and the image, then the image and a result; the noise of one file besides.
    need = 2 * data * MIB + 4 * guest.sizes()[1] + 256 * MIB
    if shutil.disk_usage(work).free < need:
        raise RuntimeError(f"{work} has too little space: {need // MIB} MiB are needed")
    name = f"{guest.name}-{gib}g-{data}m"
    head, root, disk = (work / f"{name}.{kind}" for kind in ("head", "root", "vmdk"))
    run("qemu-img", "convert", "-f", "vmdk", "-O", "raw", guest.disks[0], head)
    take_root(head, root, gib)
    run("e2fsck", "-fp", root)
    run("resize2fs", root, stderr=subprocess.DEVNULL)
    fill(root, data, work)
    join([head, root], disk)
    return Guest(name, [disk], guest.macs)
