#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ctrl-C leaves nothing behind, and after kill -9 source and target are as they were.

A real guest is interrupted while it is repaired; one that needs no repair while its boot is proven.
"""

import os
import signal
import time

import harness
import small_guest
from harness import equal, true

scratch = harness.Scratch()
disk = scratch.file("guest.vmdk")
small = scratch.file("small", "root.raw")
out = scratch.file("out")
seen = {}
folders = {scratch.path}


def command_lines():
    """Of all processes, each as (process, its words)."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                yield pid, file.read().decode(errors="replace").split("\0")
        except OSError:
            continue


def processes():
    """QEMUs that have anything of this test on their command line: a folder, or the one of its boot test in /tmp."""
    lines = list(command_lines())
    folders.update(words[2] for _, words in lines if words[0].endswith("/virt-hyper2kvm-boot") and scratch.path in words[3])
    found = []
    for pid, words in lines:
        line = " ".join(words)
        if "qemu-system" in words[0] and any(folder in line for folder in folders):
            found.append((pid, "guest=h2k-boot" in line))
    return found


def gone(seconds=20):
    until = time.monotonic() + seconds
    while processes() and time.monotonic() < until:
        time.sleep(0.2)
    equal(processes(), [], "QEMUs that still run")


def stage_reached(job, wanted):
    """Waits until the running @job says that it is in the stage @wanted; gives the lines it printed."""
    for line in job.stdout:
        if f'"stage":"{wanted}"' in line:
            return
    raise AssertionError(f"the job never reached {wanted}")


def boot_reached(job):
    """Waits until the QEMU of the boot test runs."""
    while not any(boots for _, boots in processes()):
        if job.poll() is not None:
            raise AssertionError(f"the job ended with {job.returncode} before the boot: {job.stdout.read()}")
        time.sleep(0.1)


def interrupted(stage, what, source=disk):
    job = harness.start(scratch, "import", source, "--name", "guest", "--output-dir", out, "--no-define", "--json")
    stage_reached(job, stage)
    if stage == "validate":
        boot_reached(job)
    time.sleep(2)
    job.send_signal(what)
    job.stdout.read()
    return job.wait(timeout=60)


def build():
    """the guests are built"""
    harness.guest("bios-mbr-ext4", disk)
    os.mkdir(os.path.dirname(small))
    small_guest.make_root(os.path.dirname(small))
    seen["sums"] = [harness.sha256(path) for path in (disk, small)]


def ctrl_c_in_appliance():
    """SIGINT while the appliance starts ends with status 5 and leaves only the report"""
    equal(interrupted("inspect", signal.SIGINT), 5)
    equal(os.listdir(out), ["report.json"])
    gone()


def term_in_fix():
    """SIGTERM while the guest is repaired does the same"""
    equal(interrupted("fix", signal.SIGTERM), 5)
    equal(os.listdir(out), ["report.json"])
    gone()


def ctrl_c_in_boot():
    """SIGINT while the boot is proven does the same"""
    equal(interrupted("validate", signal.SIGINT, small), 5)
    equal(os.listdir(out), ["report.json"])
    gone()


def kill_in_fix():
    """kill -9 while the guest is repaired leaves no final name and a journal that shows how far it got"""
    equal(interrupted("fix", signal.SIGKILL), -signal.SIGKILL)
    gone()
    true(not any(name.startswith("guest.") for name in os.listdir(out)), str(os.listdir(out)))
    jobs = os.path.join(scratch.state, "jobs")
    newest = max((os.path.join(jobs, job) for job in os.listdir(jobs)), key=os.path.getmtime)
    with open(os.path.join(newest, "journal.jsonl"), encoding="utf-8") as file:
        last = file.read().strip().splitlines()[-1]
    true('"begun"' in last or '"done"' in last, last)


def next_run_cleans_up():
    """the next job removes what the killed one left"""
    left = [name for name in os.listdir(out) if name.startswith(".virt-hyper2kvm-")]
    true(left, "the killed job's folder was expected")
    equal(interrupted("inspect", signal.SIGINT), 5)
    equal(os.listdir(out), ["report.json"])


def kill_in_boot():
    """kill -9 while the boot is proven leaves no QEMU and no final name"""
    equal(interrupted("validate", signal.SIGKILL, small), -signal.SIGKILL)
    gone()
    true(not any(name.startswith("guest.") for name in os.listdir(out)), str(os.listdir(out)))


def source_untouched():
    """no source was ever written"""
    equal([harness.sha256(path) for path in (disk, small)], seen["sums"])
    scratch.remove()


harness.main([build, ctrl_c_in_appliance, term_in_fix, kill_in_fix, next_run_cleans_up, ctrl_c_in_boot, kill_in_boot, source_untouched])
