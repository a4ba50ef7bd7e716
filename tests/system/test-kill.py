#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""kill -9 at any moment of an import leaves the source as it was, and no half-made result under a final name."""

import os
import random
import shutil
import signal
import subprocess
import time

import harness
import small_guest
from harness import equal, true

KILLS = 40
JOURNALS = "var/lib/virt-hyper2kvm"
scratch = harness.Scratch()
out = scratch.file("out")
image = os.path.join(out, "small.qcow2")
seen = {}


def importing(source, **options):
    """Starts an import, in a session of its own."""
    return subprocess.Popen([harness.PROGRAM, "import", source, "--name", "small", "--output-dir", out, "--no-define", "--boot-test=none",
                             "--quiet"], env=harness.environment(scratch), stdin=subprocess.DEVNULL, **options)


def content(path):
    """What the guest has on a disk, but for the journal of the job."""
    raw, folder = scratch.file("content.raw"), scratch.file("content")
    subprocess.run(["qemu-img", "convert", "-O", "raw", path, raw], check=True)
    tree = small_guest.tree_of(raw, folder)
    os.unlink(raw)
    shutil.rmtree(folder)
    return {path: what for path, what in tree.items() if not path.startswith(JOURNALS)}


def running():
    """Processes with our folder on their command line."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if scratch.path in file.read().decode(errors="replace") and int(pid) != os.getpid():
                    found.append(pid)
        except OSError:
            continue
    return found


def whole():
    """an import that nothing ends shows how long it takes and what it makes"""
    os.mkdir(scratch.file("source"))
    seen["source"] = small_guest.make_root(scratch.file("source"))
    seen["sum"] = harness.sha256(seen["source"])
    begun = time.monotonic()
    with importing(seen["source"]) as job:
        equal(job.wait(), 0)
    seen["seconds"] = time.monotonic() - begun
    seen["content"] = content(image)


def killed():
    """killed at random moments, it never leaves a result that is not complete"""
    seed = int(os.environ.get("H2K_TEST_SEED", random.SystemRandom().randrange(1 << 32)))
    chance = random.Random(seed)
    print(f"# H2K_TEST_SEED={seed}, an import takes {seen['seconds']:.0f} s")
    finished = 0
    for number in range(KILLS):
        for name in ("small.qcow2", "small.xml", "report.json"):
            if os.path.exists(os.path.join(out, name)):
                os.unlink(os.path.join(out, name))
        moment = chance.uniform(0, seen["seconds"] * 1.05)
        with importing(seen["source"]) as job:
            try:
                job.wait(moment)
            except subprocess.TimeoutExpired:
                job.send_signal(signal.SIGKILL)
            status = job.wait()
        finished += status == 0
        true(status in (0, -signal.SIGKILL), f"status {status}")
        what = f"kill {number} after {moment:.2f} s"
        equal(harness.sha256(seen["source"]), seen["sum"], what)
        if os.path.exists(image):
            subprocess.run(["qemu-img", "check", "-q", "-f", "qcow2", image], check=True)
            equal(content(image), seen["content"], what)
        left = set(os.listdir(out)) - {"small.qcow2", "small.xml", "report.json"}
        true(all(name.startswith(".virt-hyper2kvm-") for name in left), f"{what}: {left}")
    print(f"# {KILLS - finished} of {KILLS} were killed")


def none_runs_on():
    """no process of a killed job runs on"""
    until = time.monotonic() + 60
    while running() and time.monotonic() < until:
        time.sleep(0.5)
    equal(running(), [])


def next_job():
    """the next job removes all that they left, and reports each of them"""
    for name in ("small.qcow2", "small.xml"):
        if os.path.exists(os.path.join(out, name)):
            os.unlink(os.path.join(out, name))
    with importing(seen["source"]) as job:
        equal(job.wait(), 0)
    equal(content(image), seen["content"])
    equal(sorted(os.listdir(out)), ["report.json", "small.qcow2", "small.xml"])
    jobs = os.path.join(scratch.state, "jobs")
    for job in os.listdir(jobs):
        if not os.listdir(os.path.join(jobs, job)) or os.path.getsize(os.path.join(jobs, job, "journal.jsonl")) == 0:
            continue  # killed before it had begun
        report = harness.load(os.path.join(jobs, job, "report.json"))
        true(report["pipeline"]["success"] or "killed" in report["errors"][-1]["message"], str(report["errors"]))


harness.main([whole, killed, none_runs_on, next_job, harness.nothing_is_left(scratch)])
