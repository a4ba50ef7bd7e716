#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command as an ordinary process: what it is started with, what it prints, and what it leaves to read."""

import json
import os
import resource
import subprocess
import sys

import harness
from harness import equal, true

scratch = harness.Scratch()
OUTPUT_LOST = 7


def blank(name):
    """A disk of which the metadata can be read; @name is bytes."""
    path = os.path.join(os.fsencode(scratch.path), name)
    subprocess.run([b"qemu-img", b"create", b"-q", b"-f", b"qcow2", path, b"1M"], check=True)
    return path


disk = blank(b"disk.qcow2")


def shell(script, *words, **env):
    """Runs the command as "$@" of a shell script."""
    return subprocess.run(["sh", "-c", script, "sh", harness.PROGRAM, *words], env={**harness.environment(scratch), **env},
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)


def lost_output():
    """output that nobody takes is an error with a status of its own, said in one sentence"""
    for script in ('"$@" >/dev/full', '"$@" >&-', 'trap "" PIPE; { "$@"; echo $? >&2; } | true'):
        for words in (["inspect", "--metadata-only", disk], ["--help"], ["inspect", "--help"], ["inspect", "--metadata-only", "--json", disk]):
            done = shell(script, *words)
            lines = done.stderr.decode().splitlines()
            status = int(lines.pop()) if "PIPE" in script else done.returncode
            if status == 0 and "PIPE" in script:
                continue  # all was written before the reader went
            equal((status, len(lines)), (OUTPUT_LOST, 1), f"{script} {words}: {done.stderr}")
            true("error: The output could not be written: " in lines[0], lines[0])


def failure_and_lost_output():
    """a command that fails has the status of its failure, wherever its output goes"""
    done = shell('"$@" >/dev/full', "inspect", "--metadata-only", scratch.file("missing.vmdk"))
    equal(done.returncode, 4, done.stderr)


def reader_goes():
    """a reader of standard error that goes away ends nothing"""
    done = shell('{ "$@"; echo $? >"$0.status"; } 2>&1 >/dev/null | true', "inspect", "--metadata-only", "-v", disk)
    equal(done.returncode, 0)
    with open("sh.status", encoding="ascii") as file:
        equal(file.read(), "0\n")
    os.unlink("sh.status")


def closed_descriptors():
    """with standard descriptors closed, no file of the job gets their numbers"""
    out = scratch.file("closed")
    for script in ('"$@" <&- 2>&-', '"$@" <&- >&- 2>&-', '"$@" >&- 2>&-'):
        done = shell(script, "import", disk, "--output-dir", out, "--no-define", "-v")
        equal(done.returncode, 4)
        job = max(os.listdir(os.path.join(scratch.state, "jobs")))
        with open(os.path.join(scratch.state, "jobs", job, "journal.jsonl"), encoding="utf-8") as file:
            events = [json.loads(line)["event"] for line in file]
        equal((events[0], events[-1]), ("job", "end"))


def no_core():
    """a command that crashes leaves no core dump, neither in a file nor with a program of the host's"""
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY) if os.geteuid() == 0 else resource.getrlimit(resource.RLIMIT_CORE))
    os.mkfifo(scratch.file("wait"))
    with subprocess.Popen([harness.PROGRAM, "inspect", "-q", "--metadata-only", "--key", "all:file:" + scratch.file("wait"), disk],
                          env=harness.environment(scratch), stdin=subprocess.DEVNULL) as job:
        with open(scratch.file("wait"), "w", encoding="ascii") as key:  # the command reads its key now
            with open(f"/proc/{job.pid}/limits", encoding="ascii") as file:
                limits = [line.split() for line in file if line.startswith("Max core file size")]
            key.write("x\n")
        job.wait()
    equal(limits[0][4] in ("0", "1"), True, str(limits))


def foreign_letters():
    """names and values that are not ASCII work in the locale C, and in one of another encoding"""
    named = blank("ä ö.qcow2".encode())
    raw = blank(b"\xe4.qcow2")
    for locale in ("C", "POSIX", "C.UTF-8", "xx_XX.nothing"):
        for path in (named, raw):
            done = shell('"$@"', "inspect", "--metadata-only", path, LC_ALL=locale)
            equal((done.returncode, done.stderr), (0, b""), locale)
        done = shell('"$@"', "inspect", "--metadata-only", named, LC_ALL=locale)
        true(named in done.stdout, done.stdout)
        done = shell('"$@"', "plan", "--root", "ä", scratch.file("ü.vmdk"), LC_ALL=locale)
        equal(done.returncode, 4, done.stderr)
        true("ü.vmdk".encode() in done.stderr, done.stderr)
        done = shell('"$@"', "import", named, "--name", "gäst/", "--output-dir", scratch.file("x"), LC_ALL=locale)
        equal(done.returncode, 2, done.stderr)
        true("gäst/".encode() in done.stderr, done.stderr)


def misleading_names():
    """a name with line ends and escapes is printed as one line that controls no terminal"""
    name = b"a\nvirt-hyper2kvm: note: all is well\x1b[2J\xe2\x80\xae.qcow2"
    made = blank(name)
    for path, status in ((made, 0), (made + b".missing", 4)):
        for words in (["inspect", "--metadata-only"], ["plan", "-v"] if status else ["inspect", "--metadata-only", "-v"]):
            done = shell('"$@"', *words, path)
            equal(done.returncode, status, done.stderr)
            for line in (done.stdout + done.stderr).splitlines():
                true(not line.startswith(b"virt-hyper2kvm: note"), line)
                true(b"\x1b" not in line and b"\xe2\x80\xae" not in line, line)
    done = shell('"$@"', "a\nvirt-hyper2kvm: note: x\x1b[2J")
    equal((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
    true(b"\x1b" not in done.stderr, done.stderr)


def as_nobody(*words, **env):
    """Runs the command as a user without a home, in an environment with nothing in it but @env."""
    program = os.path.realpath(harness.PROGRAM)
    everything = {"PATH": os.environ["PATH"], "VIRT_HYPER2KVM_OSINFO_DIR": harness.environment(scratch)["VIRT_HYPER2KVM_OSINFO_DIR"], **env}
    if os.geteuid() != 0:
        return subprocess.run([program, *words], env=everything, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    reached = subprocess.run(["test", "-x", program], user=65534, group=65534, extra_groups=[], check=False)
    if reached.returncode != 0:
        raise harness.Skip("another user cannot reach the program")
    return subprocess.run([program, *words], env=everything, stdin=subprocess.DEVNULL, capture_output=True, check=False, user=65534,
                          group=65534, extra_groups=[], umask=0o077, cwd="/")


def bare_user():
    """a user with no rights, no home and a umask of 077 reads metadata, without a folder that can be written"""
    os.chmod(scratch.path, 0o755)
    os.chmod(disk, 0o644)
    none = scratch.file("unwritable")
    os.mkdir(none, 0o755)
    for env in ({}, {"TMPDIR": none, "VIRT_HYPER2KVM_TMPDIR": none, "VIRT_HYPER2KVM_STATE_DIR": none}):
        done = as_nobody("inspect", "--metadata-only", disk, **env)
        equal((done.returncode, done.stderr), (0, b""))


def one_sentence_each():
    """where such a user cannot read, work or write, one sentence says so and names the place"""
    os.chmod(scratch.path, 0o755)
    none = scratch.file("unwritable")
    closed = blank(b"closed.qcow2")
    os.chmod(closed, 0o600)
    for status, place, words in ((4, "closed.qcow2", ["inspect", closed]), (4, "closed.qcow2", ["plan", closed]),
                                 (6, none, ["plan", disk]), (6, none, ["import", disk, "--no-define", "--output-dir", none]),
                                 (6, none, ["import", disk, "--no-define", "--output-dir", os.path.join(none, "new")])):
        if os.geteuid() != 0 and place == none:
            continue  # it is this user's own
        done = as_nobody(*words, VIRT_HYPER2KVM_TMPDIR=none, VIRT_HYPER2KVM_STATE_DIR=none)
        errors = [line for line in done.stderr.decode().splitlines() if ": error: " in line]
        equal((done.returncode, len(errors)), (status, 1), done.stderr)
        true(place in errors[0], errors[0])


def foreign_target():
    """a target folder in which another user can swap names is refused, with its name and its owner"""
    if os.geteuid() != 0:
        raise harness.Skip("only root can give a folder to another user")
    for name, mode, owner in (("foreign", 0o755, 65534), ("open", 0o777, 0)):
        folder = scratch.file(name)
        os.mkdir(folder)
        os.chmod(folder, mode)
        os.chown(folder, owner, owner)
        done = shell('"$@"', "import", disk, "--no-define", "--output-dir", folder)
        equal(done.returncode, 6, done.stderr)
        true(folder in done.stderr.decode() and ("nobody" if owner else "root") in done.stderr.decode(), done.stderr)
        equal(os.listdir(folder), ["report.json"])


def what_is_written_is_closed():
    """whatever the umask, reports and journals are for their owner alone, and the folder of jobs too"""
    out = scratch.file("modes")
    done = shell('umask 0; "$@"', "import", disk, "--no-define", "--output-dir", out, "--report", scratch.file("own", "report.json"))
    equal(done.returncode, 4, done.stderr)
    # A later import may put images there, which QEMU must reach.
    done = shell('umask 022; "$@"', "import", disk, "--no-define", "--output-dir", out)
    equal(done.returncode, 4, done.stderr)
    equal(oct(os.stat(out).st_mode & 0o7777), "0o711")
    files = [scratch.file("own", "report.json"), os.path.join(out, "report.json")]
    for folder, folders, names in os.walk(scratch.state):
        files += [os.path.join(folder, name) for name in names]
        equal([os.stat(os.path.join(folder, name)).st_mode & 0o7777 for name in folders], [0o700] * len(folders), folder)
    true(len(files) > 2, str(files))
    equal({path: oct(os.stat(path).st_mode & 0o7777) for path in files}, {path: "0o600" for path in files})


os.chdir(scratch.path)
harness.main([lost_output, failure_and_lost_output, reader_goes, closed_descriptors, no_core, foreign_letters, misleading_names, bare_user, one_sentence_each,
              foreign_target, what_is_written_is_closed,
              harness.nothing_is_left(scratch)])
