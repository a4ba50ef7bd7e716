# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the system tests share: TAP, the command under test, real guests and scratch folders."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GUESTS = os.path.join(ROOT, "tests", "guests")
PROGRAM = os.environ.get("H2K_PROGRAM", os.path.join(ROOT, "build", "virsh-plugin", "virt-hyper2kvm"))
# For the boot of a guest that must come up: a limit in tests only keeps them from waiting forever.
PATIENCE = ["--boot-timeout", "1500"]


class Scratch:
    """A folder for one test, with a state folder for journals and a work folder of its own."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="h2k-system-", dir="/var/tmp")
        self.state = os.path.join(self.path, "state")
        self.work = os.path.join(self.path, "work")
        os.mkdir(self.work)

    def file(self, *names):
        return os.path.join(self.path, *names)

    def left_behind(self):
        """What jobs that have ended left where they work."""
        return os.listdir(self.work)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def environment(scratch):
    """What the tests' build sets is set here too, so that a test can be run by hand."""
    built = {"VIRT_HYPER2KVM_LIBEXEC": os.path.join(ROOT, "build/libexec"),
             "VIRT_HYPER2KVM_OSINFO_DIR": os.path.join(ROOT, "osinfo-data", "libosinfo")}
    return {**built, **os.environ, "VIRT_HYPER2KVM_STATE_DIR": scratch.state,
            "VIRT_HYPER2KVM_TMPDIR": scratch.work, "LC_ALL": "C.UTF-8"}


def run(scratch, *words, **options):
    """Runs the command; gives its CompletedProcess with text output."""
    return subprocess.run([PROGRAM, *words], env=environment(scratch), stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, **options)


def start(scratch, *words):
    return subprocess.Popen([PROGRAM, *words], env=environment(scratch), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def facts(variant):
    """The facts of a real guest, from build --facts."""
    said = subprocess.run([os.path.join(GUESTS, "build"), "--facts", variant], check=True, capture_output=True, text=True)
    pairs = (line.split("=", 1) for line in said.stdout.split("\n") if "=" in line)
    return {key: value.strip('"') for key, value in pairs}


def guest(variant, path):
    """Builds a real guest, or takes it from the cache, and gives its facts."""
    subprocess.run([os.path.join(GUESTS, "build"), variant, path], check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    return facts(variant)


def mountable(filesystem):
    """Building some guests, and looking into them, takes a filesystem of this machine's kernel."""
    subprocess.run(["modprobe", "-q", filesystem], check=False)
    with open("/proc/filesystems", encoding="utf-8") as file:
        return filesystem in file.read().split()


def guest_runs(variant, disk, *command):
    """Runs a command of the guest's in its root, mounted here from a copy of @disk; gives what it prints."""
    done = subprocess.run([os.path.join(GUESTS, "inside"), variant, disk, *command], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    sys.stderr.write(done.stderr)
    equal(done.returncode, 0, done.stderr)
    return done.stdout


def equal(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what}: got {got!r}, expected {wanted!r}")


def true(value, what):
    if not value:
        raise AssertionError(what)


def needs_nothing_more(plan):
    """@plan: the finished "plan --json" of what an import made."""
    equal(plan.returncode, 0, plan.stderr)
    equal(json.loads(plan.stdout)["changes"], [], "the second plan's changes")


def nothing_is_left(scratch):
    """The last test: removes the scratch folder."""
    def test():
        left = scratch.left_behind()
        scratch.remove()
        equal(left, [])
    test.__doc__ = "nothing of the jobs stays where they work"
    return test


class Skip(Exception):
    """Why a test cannot be done here."""


def main(tests):
    """Runs functions in their order as TAP; each says in its docstring what holds when it passes."""
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {test.__doc__}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {test.__doc__} # SKIP {reason}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} - {test.__doc__}", flush=True)
    sys.exit(1 if failed else 0)
