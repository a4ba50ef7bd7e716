# SPDX-License-Identifier: LGPL-2.1-or-later
"""The commands that are measured, ours and other tools': what each needs, its words, and what is kept of its result."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import measure

ROOT = Path(__file__).resolve().parents[2]
# What other tools consist of: program, Debian package.
NEEDS = {
    "virt-v2v": [("virt-v2v", "virt-v2v"), ("nbdkit", "nbdkit"), ("nbdcopy", "libnbd-bin")],
    "virt-inspector": [("virt-inspector", "guestfs-tools")],
    "nbdcopy": [("nbdcopy", "libnbd-bin")],
}


def missing(name):
    """A sentence where @name cannot be run here, or nothing."""
    packages = [package for program, package in NEEDS.get(name, ()) if not shutil.which(program)]
    return f"{name} is left out: Debian's {' and '.join(packages)} is not installed." if packages else ""


def kvm_works():
    """Does a virtual processor run?  Its firmware's first words show it; that /dev/kvm exists does not."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder, "said")
        with subprocess.Popen(["qemu-system-x86_64", "-accel", "kvm", "-nodefaults", "-display", "none", "-debugcon",
                               f"file:{said}"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as qemu:
            for _ in range(50):
                if qemu.poll() is not None or said.exists() and said.stat().st_size:
                    break
                time.sleep(0.1)
            works = said.exists() and said.stat().st_size > 0
            qemu.kill()
    return works


@dataclass
class Bench:
    """Where and how is measured."""
    build: Path
    work: Path  # a folder that is removed at the end
    tcg: bool  # the other tools' appliance; ours finds out by itself
    lane: str = "auto"
    recorded: bool = False  # is the appliance restored, from a recording that record() has made?

    @property
    def program(self):
        return self.build / "virsh-plugin/virt-hyper2kvm"

    @property
    def accelerator(self):
        return "TCG" if self.tcg else "KVM"

    def environment(self, out):
        return dict(os.environ, VIRT_HYPER2KVM_STATE_DIR=str(out / "state"), VIRT_HYPER2KVM_TMPDIR=str(self.work),
                    VIRT_HYPER2KVM_CACHE_DIR=str(self.work / ("recorded" if self.recorded else "unrecorded")),
                    VIRT_HYPER2KVM_OSINFO_DIR=str(ROOT / "osinfo-data/libosinfo"),
                    VIRT_HYPER2KVM_LIBEXEC=str(self.build / "libexec"))

    def libguestfs(self):
        """For other tools; what they leave behind is removed with the work folder, and the appliance is found where it is."""
        built = os.environ.get("LIBGUESTFS_CACHEDIR", os.environ.get("TMPDIR", "/var/tmp"))
        environment = dict(os.environ, LIBGUESTFS_BACKEND="direct", VIRT_V2V_TMPDIR=str(self.work), TMPDIR=str(self.work),
                           LIBGUESTFS_CACHEDIR=built)
        if self.tcg:
            environment["LIBGUESTFS_BACKEND_SETTINGS"] = "force_tcg"
        return environment


def add_options(parser):
    """The options that bench_of() reads."""
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--lane", default="auto", choices=("auto", "direct", "appliance"))
    parser.add_argument("--tcg", action=argparse.BooleanOptionalAction,
                        help="the other tools' appliance without KVM; ours finds out by itself (default: where KVM does not work)")
    parser.add_argument("--work", type=Path, default=Path("/var/tmp"), help="where images lie meanwhile (default: %(default)s)")


def bench_of(options, work):
    tcg = not kvm_works() if options.tcg is None else options.tcg
    bench = Bench(options.build.resolve(), work, tcg, options.lane)
    if not bench.program.exists():
        sys.exit(f"{bench.program} is not built; run ./check or ninja first")
    # So that an ended run removes its work folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return bench


def domain_of(guest, out):
    """The guest as libvirt's XML, since virt-v2v takes only one disk without it."""
    disks = "".join(f"<disk type='file' device='disk'><driver name='qemu' type='vmdk'/><source file='{disk}'/>"
                    f"<target dev='sd{letter}' bus='scsi'/></disk>" for letter, disk in zip("abcd", guest.disks))
    xml = out / "guest.xml"
    xml.write_text(f"<domain type='kvm'><name>{guest.name}</name><memory unit='MiB'>1024</memory><vcpu>1</vcpu>"
                   f"<os><type arch='x86_64'>hvm</type></os><devices>{disks}</devices></domain>", encoding="utf-8")
    return xml


def virt_v2v(bench, guest, out):
    source = ["-i", "disk", guest.disks[0]] if len(guest.disks) == 1 else ["-i", "libvirtxml", domain_of(guest, out)]
    keys = ["--key", f"{guest.locked}:file:{guest.key}"] if guest.key else []
    return ["virt-v2v", *source, *keys, "-of", "qcow2", "-o", "local", "-os", out], bench.libguestfs()


def virt_inspector(bench, guest, _out):
    return ["virt-inspector", "--format=vmdk", *(word for disk in guest.disks for word in ("-a", disk))], bench.libguestfs()


def qemu_img(_bench, guest, out):
    return ["qemu-img", "convert", "-W", "-m", "16", "-f", "vmdk", "-O", "qcow2", guest.disks[0], out / "copy.qcow2"], os.environ


def keys_of(guest):
    return ["--key", f"all:file:{guest.key}"] if guest.key else []


def our_import(bench, guest, out, boot_test="none"):
    macs = [word for mac in guest.macs for word in ("--mac", mac)]
    return [bench.program, "import", *guest.disks, "--output-dir", out, "--no-define", "--boot-test", boot_test,
            "--boot-timeout", "1500", "--lane", bench.lane, "--quiet", *macs, *keys_of(guest)], bench.environment(out)


def our_inspect(bench, guest, out):
    return [bench.program, "inspect", *guest.disks, "--lane", bench.lane, "--json", "--report", out / "report.json",
            *keys_of(guest)], bench.environment(out)


def build_appliance(bench, guest):
    """Starts libguestfs's appliance once, which builds it where it is missing: no command is to pay for that."""
    one_run("appliance", our_inspect, replace(bench, lane="appliance"), guest)


def record(bench):
    """Records the appliance for jobs of the Bench that this gives; (Bench, what measure.run() gives)."""
    recorded = replace(bench, recorded=True)
    return recorded, one_run("appliance prepare", lambda _bench, _guest, out: (
        [bench.program, "appliance", "prepare"], recorded.environment(out)), recorded, None)


def one_run(name, command, bench, guest):
    """Runs one command; what measure.run() gives, with "report", ours, if there is one."""
    out, logs = (Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=bench.work)) for kind in ("out", "log"))
    argv, environment = command(bench, guest, out)
    used = measure.run([argv], environment, logs)
    used["command"] = name
    if (out / "report.json").exists():
        report = json.loads((out / "report.json").read_text(encoding="utf-8"))
        used["report"] = {key: report[key] for key in ("pipeline", "boot_test", "warnings") if key in report}
    shutil.rmtree(out)
    shutil.rmtree(logs)
    return used
