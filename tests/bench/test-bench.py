#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is measured is what happened: processes of all kinds, rounds, guests that are made larger."""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]

import commands  # pylint: disable=wrong-import-position
import guests
import measure
import rounds
from harness import equal, main, true
from parts import boot, layouts

MIB = 1 << 20
WORK = Path(tempfile.mkdtemp(prefix="h2k-test-bench-"))
# Uses memory, MiB, and processor time, seconds, and stays for some seconds.
BUSY = "import sys,time; a=bytearray(int(sys.argv[1])<<20)\nwhile time.process_time() < float(sys.argv[2]): pass\ntime.sleep(float(sys.argv[3]))"


def busy(memory, cpu, stay=0):
    return ["/usr/bin/python3", "-c", BUSY, str(memory), str(cpu), str(stay)]


def run(*argvs, **options):
    folder = Path(tempfile.mkdtemp(dir=WORK))
    return measure.run(argvs, os.environ, folder, **options)


def orphans():
    """processor time and memory of a process that outlives its parent count, and the time of the command is its own"""
    script = 'setsid "$@" & exit 0'
    used = run(["sh", "-c", script, "sh", *busy(64, 0.5, 2)])
    equal(used["status"], 0)
    true(used["cpu"] >= 0.5, f"{used['cpu']} s CPU")
    true(used["rss"] >= 64 * MIB, f"{used['rss']} bytes")
    true(used["wall"] < 2, f"{used['wall']} s")


def sums():
    """memory of processes at the same time is summed, and time is that of the longest"""
    used = run(busy(64, 0, 3), busy(64, 0, 3.5))
    true(used["rss"] >= 128 * MIB > used["rss_one"] >= 64 * MIB, f"{used['rss']} and {used['rss_one']} bytes")
    true(used["wall"] >= 3.5, f"{used['wall']} s")


def failures():
    """one command of several that fails is a failure, with its reason"""
    used = run(["true"], ["sh", "-c", "echo first; echo tool: error: no disk >&2; echo last; exit 3"])
    equal([used["status"], used["reason"]], [1, "tool: error: no disk"])
    equal(run(["sh", "-c", "echo a; echo b; exit 1"])["reason"], "b")


def hangs():
    """a command that hangs is ended, with what it started"""
    used = run(["sh", "-c", "setsid sleep 1000 & sleep 1000"], longest=0.5)
    equal(used["status"], 1)
    true(used["wall"] < 100, f"{used['wall']} s")


def strangers():
    """a program that is not there is an error"""
    try:
        run(["/nonexistent/program"])
    except RuntimeError as error:
        true("/nonexistent/program" in str(error), str(error))
    else:
        raise AssertionError("no error")


def machines():
    """each QEMU is seen for as long as it runs, and whether it is a domain of libvirt's"""
    qemu = ["timeout", "2", "qemu-system-x86_64", "-machine", "none", "-nodefaults", "-display", "none", "-S"]
    seen = run([*qemu, "-name", "guest=one,debug-threads=on"], qemu)["machines"]
    equal(sorted(machine["domain"] for machine in seen), [False, True])
    for machine in seen:
        true(machine["to"] - machine["from"] > 1, str(machine))
    equal(run(["sleep", "0.1"])["machines"], [])


def bench():
    return commands.Bench(WORK, WORK, True)


def turns():
    """commands run in turn, one that is measured once runs in the first round, and one that fails is left out"""
    log = WORK / "turns"

    def way(letter, status):
        return lambda _bench, _guest, _out: (["sh", "-c", f"printf {letter} >>{log}; exit {status}"], os.environ)

    runs = rounds.in_turn({"a": way("a", 0), "b": way("b", 1), "c": way("c", 0), "d": way("d", 0)}, bench(),
                          guests.Guest("none", []), 3, once=["d"])
    equal(log.read_text(encoding="ascii"), "abcdacac")
    equal([len(runs[name]) for name in "abcd"], [3, 1, 3, 1])
    true("b failed: it said nothing" in rounds.times(runs), rounds.times(runs))


def absent():
    """another tool that is not installed is named, with its package, and left out"""
    path = os.environ["PATH"]
    os.environ["PATH"] = "/nonexistent"
    try:
        runs = rounds.in_turn({"virt-inspector": None}, bench(), guests.Guest("none", []), 1)
        said = rounds.left_out(["virt-inspector", "import"])
    finally:
        os.environ["PATH"] = path
    equal(runs, {})
    equal(said, "\nvirt-inspector is left out: Debian's guestfs-tools is not installed.\n")


def factors():
    """factors are those of medians, and failed rounds do not count"""
    def used(wall, status=0):
        return {"wall": wall, "cpu": 2 * wall, "rss": 100 * MIB, "status": status, "load": 1, "reason": "x|y"}

    runs = {"slow": [used(30), used(20), used(400)], "fast": [used(0.1, 1), used(2), used(4)]}
    lines = rounds.ratios([("slow", "fast"), ("slow", "absent")], runs, guests.Guest("none", []), bench()).splitlines()
    equal(lines[2:], ["| slow : fast | 10.0 | 10.0 | 1.0 | 0.0 GiB, 0 MiB stored | TCG |"])
    shown = rounds.times(runs).splitlines()
    equal(shown[2:4], ["| slow | 30.0 s | 20.0 s | 60.0 s | 100 MiB | 1.0 | 3 of 3 |",
                       "| fast | 3.00 s | 2.00 s | 6.00 s | 100 MiB | 1.0 | 2 of 3 |"])
    equal(rounds.table(["a"], [["x|y"]]), "| a |\n| --- |\n| x\\|y |\n")


def job(wall, stages, boot_test=None, machines_seen=()):
    """An import of ours that succeeded, as measure.run() and its report have it."""
    report = {"pipeline": {"stages": stages}} | ({"boot_test": boot_test} if boot_test else {})
    return {"wall": wall, "cpu": 1, "rss": MIB, "load": 0, "status": 0, "report": report, "machines": list(machines_seen)}


def boots():
    """the cost of a boot test is without the guest's boot, by the report or by its QEMU, and all numbers of it are shown"""
    validate = {"validate": {"result": {"steps": {"boot_test": 38, "probe": 2.5}}}}
    without = [job(10, {})]
    said = [job(50, validate, {"proven": True, "duration_seconds": 30, "parts": {"domain": 1.25}})]
    seen = [job(50, validate, {"proven": True},
                [{"from": 1, "to": 9, "domain": False}, {"from": 12, "to": 40, "domain": True}])]
    nobody = guests.Guest("none", [])
    text = boot.page({"import": without, "import, boot test": said}, nobody, bench())
    true("| 50.0 s | 10.0 s | 30.0 s | 10.0 s | 10.00 |" in text, text)
    for line in "| step probe | 2.50 |", "| boot_test duration_seconds | 30.00 |", "| boot_test parts domain | 1.25 |":
        true(line in text, text)
    true("proven" not in text, text)
    text = boot.page({"import": without, "import, boot test": seen}, nobody, bench())
    true("the life of its QEMU" in text and "| 50.0 s | 10.0 s | 28.0 s | 12.0 s | 12.00 |" in text, text)


def lanes():
    """a layout's row has lanes and factors, and why a lane was left; without the other tool it has no factor"""
    stages = {"inspect": {"lane": {"name": "direct"}}, "fix": {"lane": {"name": "appliance", "why": "It runs a program."}}}
    nobody = guests.Guest("none", [])
    runs = {"import": [job(10, stages)], layouts.RESTORED: [job(4, stages)]}
    equal(layouts.reasons(nobody, runs), "- none: appliance, since: It runs a program.\n")
    size = "0.0 GiB, 0 MiB stored"
    equal(layouts.row(nobody, runs), ["none", size, "direct, appliance", "", "10.0 s", "", "4.00 s", ""])
    runs["virt-v2v"] = [job(100, {})]
    equal(layouts.row(nobody, runs), ["none", size, "direct, appliance", "100.0 s", "10.0 s", "10.0", "4.00 s", "25.0"])
    runs["virt-v2v"] = [{"status": 1, "reason": "no bootloader"}]
    equal(layouts.row(nobody, runs)[3:], ["failed", "10.0 s", "", "4.00 s", ""])
    equal(layouts.reasons(nobody, runs), "- none: appliance, since: It runs a program.\n- none: virt-v2v failed: no bootloader\n")
    runs[layouts.RESTORED][0]["report"]["warnings"] = [{"id": "appliance.not-restored"}]
    true("not restored but booted" in layouts.reasons(nobody, runs), layouts.reasons(nobody, runs))


def larger():
    """a guest that is made larger has its files, noise beside them, and a clean file system"""
    raw, disk = WORK / "small.raw", WORK / "small.vmdk"
    (WORK / "tree").mkdir()
    (WORK / "tree/kept").write_text("kept", encoding="ascii")
    raw.touch()
    os.truncate(raw, 24 * MIB)
    guests.run("sfdisk", "--quiet", raw, text=True, input="label: dos\n1: start=1MiB, size=16MiB, type=83\n2: start=17MiB, size=7MiB, type=83\n")
    guests.run("mke2fs", "-q", "-t", "ext4", "-d", WORK / "tree", "-E", f"offset={MIB}", raw, "16M")
    guests.run("qemu-img", "convert", "-O", "vmdk", raw, disk)
    made = guests.enlarge(guests.Guest("small", [disk]), 1, 3, WORK)
    virtual, stored = made.sizes()
    equal(virtual, 1 << 30)
    true(3 * MIB < stored < 24 * MIB, f"{stored} bytes stored")
    guests.run("qemu-img", "convert", "-O", "raw", made.disks[0], raw)
    root = f"{raw}?offset={24 * MIB}"
    guests.run("e2fsck", "-fn", root)
    listed = guests.run("debugfs", "-R", "ls -l /", root, text=True)
    true(re.search(rf" {3 * MIB} .* noise-0", listed) and " kept" in listed, listed)
    made.remove()
    equal((made.sizes(), made.disks[0].exists()), ((virtual, stored), False))  # tables are written at the end


def rest():
    """nothing of all that is left"""
    shutil.rmtree(WORK)


main([orphans, sums, failures, hangs, strangers, machines, turns, absent, factors, boots, lanes, larger, rest])
