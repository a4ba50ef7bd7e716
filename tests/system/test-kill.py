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

KILLS = {"direct": 100, "appliance": 12}
# What works for the job in the direct lane, as /proc/PID/comm has it.
HELPERS = ("virt-hyper2kvm-", "qemu-nbd", "e2fsck")
HELPER_KILLS = 25
JOURNALS = "var/lib/virt-hyper2kvm"
scratch = harness.Scratch()
out = scratch.file("out")
image = os.path.join(out, "small.qcow2")
seen = {}


def importing(source, lane="direct", **options):
    """Starts an import, in a session of its own."""
    return subprocess.Popen([harness.PROGRAM, "import", source, "--name", "small", "--output-dir", out, "--no-define", "--boot-test=none",
                             "--lane", lane, "--quiet"], env=harness.environment(scratch), stdin=subprocess.DEVNULL, **options)


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
    seen["seconds"] = {}
    for lane in KILLS:
        remove_results()
        begun = time.monotonic()
        with importing(seen["source"], lane) as job:
            equal(job.wait(), 0)
        seen["seconds"][lane] = time.monotonic() - begun
        seen.setdefault("content", content(image))
        equal(content(image), seen["content"], lane)


def remove_results():
    for name in ("small.qcow2", "small.xml", "report.json"):
        if os.path.exists(os.path.join(out, name)):
            os.unlink(os.path.join(out, name))


def random_moments(what):
    seed = int(os.environ.get("H2K_TEST_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"# H2K_TEST_SEED={seed}, {what}")
    return random.Random(seed)


def whole_or_absent(what):
    """The source is as it was, and a result under a final name is complete."""
    equal(harness.sha256(seen["source"]), seen["sum"], what)
    if os.path.exists(image):
        subprocess.run(["qemu-img", "check", "-q", "-f", "qcow2", image], check=True)
        equal(content(image), seen["content"], what)
    left = set(os.listdir(out)) - {"small.qcow2", "small.xml", "report.json"}
    true(all(name.startswith(".virt-hyper2kvm-") for name in left), f"{what}: {left}")


def kill_jobs(lane):
    seconds = seen["seconds"][lane]
    chance = random_moments(f"an import takes {seconds:.1f} s ({lane})")
    finished = 0
    for number in range(KILLS[lane]):
        remove_results()
        moment = chance.uniform(0, seconds * 1.05)
        with importing(seen["source"], lane) as job:
            try:
                job.wait(moment)
            except subprocess.TimeoutExpired:
                job.send_signal(signal.SIGKILL)
            status = job.wait()
        finished += status == 0
        true(status in (0, -signal.SIGKILL), f"status {status}")
        whole_or_absent(f"kill {number} after {moment:.2f} s")
    print(f"# {KILLS[lane] - finished} of {KILLS[lane]} were killed")


def killed():
    """killed at random moments, it never leaves a result that is not complete"""
    for lane in KILLS:
        kill_jobs(lane)


def below(job):
    """Processes that work for @job: (number, name)."""
    parents, names = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                stat = file.read()
        except OSError:
            continue
        parents[int(pid)] = int(stat[stat.rindex(")") + 2:].split()[1])
        names[int(pid)] = stat[stat.index("(") + 1:stat.rindex(")")]
    found = []
    for pid, name in names.items():
        above = pid
        while above in parents and above != job:
            above = parents[above]
        if above == job and pid != job and name.startswith(HELPERS):
            found.append((pid, name))
    return found


def helpers_killed():
    """a program that works for it may be killed at any moment: the import succeeds or says that it failed"""
    chance = random_moments("programs of the direct lane are killed")
    names = set()
    for number in range(HELPER_KILLS):
        remove_results()
        with importing(seen["source"], stderr=subprocess.PIPE) as job:
            time.sleep(chance.uniform(0, seen["seconds"]["direct"] * 0.9))
            for pid, name in chance.sample(found := below(job.pid), min(1, len(found))):
                names.add(name)
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            said = job.stderr.read()
            status = job.wait()
        true(status >= 0 and (status == 0) == os.path.exists(image), f"status {status}: {said}")
        true(status == 0 or said, "a failure without a word")
        whole_or_absent(f"kill {number} of {sorted(names)}")
    true(names, "nothing was killed")
    print(f"# {', '.join(sorted(names))}")


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
    killed_jobs = 0
    for job in os.listdir(jobs):
        if not os.listdir(os.path.join(jobs, job)) or os.path.getsize(os.path.join(jobs, job, "journal.jsonl")) == 0:
            continue  # killed before it had begun
        report = harness.load(os.path.join(jobs, job, "report.json"))
        true(report["pipeline"]["success"] or report["errors"][-1]["message"], str(report["errors"]))
        killed_jobs += any("killed" in error["message"] for error in report["errors"])
    true(killed_jobs, "no report says that its job was killed")


harness.main([whole, killed, helpers_killed, none_runs_on, next_job, harness.nothing_is_left(scratch)])
