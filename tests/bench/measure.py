# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs commands and measures what all their processes used, also those that outlive their parents."""

import ctypes
import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
PAGE = resource.getpagesize()
PAUSE = 0.02  # seconds between two looks at the processes
LONGEST = 3600  # seconds, for a command that hangs


def tree(top):
    """The ids of all processes below @top."""
    found, waiting = [], [top]
    while waiting:
        pid = waiting.pop()
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                waiting += Path(f"/proc/{pid}/task/{task}/children").read_text(encoding="ascii").split()
        except OSError:
            continue  # it has ended
        if pid != top:
            found.append(int(pid))
    return found


class Processes:
    """The peak of their summed resident memory, and when each QEMU ran."""

    def __init__(self):
        self.peak, self.machines, self.started = 0, {}, time.monotonic()

    def look(self, pids):
        total = 0
        for pid in pids:
            try:
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            # The name in brackets may hold anything; the fields count from its end.
            end = stat.rindex(")")
            total += int(stat[end + 2:].split()[21]) * PAGE
            if stat[stat.index("(") + 1:end].startswith("qemu-system"):
                self.note_machine(pid)
        self.peak = max(self.peak, total)

    def note_machine(self, pid):
        now = time.monotonic() - self.started
        if pid not in self.machines:
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                return
            # libvirt names the guest so, libguestfs does not.
            self.machines[pid] = {"from": now, "domain": any(word.startswith(b"guest=") for word in words)}
        self.machines[pid]["to"] = now

    def result(self):
        return {"rss": self.peak, "machines": list(self.machines.values())}


def processor_times():
    """Seconds of all processors since the start of the host: (busy, stolen by its own host, all)."""
    ticks = os.sysconf("SC_CLK_TCK")
    user, nice, system, idle, wait, irq, soft, steal = (
        int(field) / ticks for field in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9])
    busy = user + nice + system + irq + soft
    return busy, steal, busy + steal + idle + wait


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def wait_for(children, watchers, started, longest):
    """Waits for all below this process; ({pid: status}, seconds until the last of @children ended)."""
    statuses, wall = {}, 0
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while True:
        try:
            pid, raw = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return statuses, wall
        if pid in children:
            statuses[pid], wall = os.waitstatus_to_exitcode(raw), time.monotonic() - started
        elif pid == 0:
            pids = tree(os.getpid())
            if time.monotonic() - started > longest:
                kill(pids)
            for watcher in watchers:
                watcher.look(pids)
            signal.sigtimedwait({signal.SIGCHLD}, PAUSE)


def supervise(commands, environment, folder, watchers, longest):
    """In a process of its own: runs @commands at once, adopts what they leave behind, and writes what all that used."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    before, started = processor_times(), time.monotonic()
    children = []
    try:
        for number, argv in enumerate(commands):
            with open(folder / f"log-{number}", "wb") as output:
                # Without a terminal nobody can ask for a passphrase.
                children.append(subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                                                 stderr=subprocess.STDOUT, start_new_session=True))
        statuses, wall = wait_for([child.pid for child in children], watchers, started, longest)
    finally:
        kill(tree(os.getpid()))
    busy, steal, passed = (now - then for now, then in zip(processor_times(), before))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    # What it waited for counts as its own.
    io = dict(line.split(": ") for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines())
    result = {"statuses": [statuses.get(child.pid, -1) for child in children], "wall": wall,
              "cpu": used.ru_utime + used.ru_stime, "rss_one": used.ru_maxrss * 1024, "read": int(io["read_bytes"]),
              "busy": busy / passed if passed else 0, "steal": steal / passed if passed else 0}
    for watcher in watchers:
        result |= watcher.result()
    (folder / "used.json").write_text(json.dumps(result), encoding="utf-8")


def reason_in(log):
    """Why a command failed: its last line about an error, or its last one."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[-1][:200]


def run(commands, environment, folder, watchers=(), longest=LONGEST):
    """Runs @commands, lists of words, all at once, with their output in @folder, which is empty.

    Gives a dictionary: "wall", seconds until the last has ended; "cpu", seconds of all processes below; "rss", bytes,
    the peak of their summed memory; "rss_one", that of the largest; "read", bytes; "load", the host's before; "busy" and
    "steal", shares of all processors' time meanwhile; "machines", when which QEMU ran; "status", 0 or that of a command
    that failed, with its "reason" then; and what @watchers, objects as Processes is, add.
    """
    load = os.getloadavg()[0]
    supervisor = os.fork()
    if supervisor == 0:
        try:
            supervise([[str(word) for word in argv] for argv in commands], environment, folder,
                      [Processes(), *watchers], longest)
        except BaseException as error:  # pylint: disable=broad-except
            (folder / "failed").write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
        finally:
            os._exit(0)
    try:
        os.waitpid(supervisor, 0)
    except BaseException:
        os.kill(supervisor, signal.SIGTERM)
        os.waitpid(supervisor, 0)
        raise
    if not (folder / "used.json").exists():
        raise RuntimeError(f"{commands[0][0]} could not be run: {(folder / 'failed').read_text(encoding='utf-8')}")
    used = json.loads((folder / "used.json").read_text(encoding="utf-8"))
    bad = [number for number, status in enumerate(used.pop("statuses")) if status != 0]
    used |= {"load": load, "status": 0}
    if bad:
        used |= {"status": 1, "reason": reason_in(folder / f"log-{bad[0]}")}
    return used
