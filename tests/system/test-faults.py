#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that fills up, fails or turns read-only in the middle of an import gives one sentence, and no half-made result."""

import os
import shutil
import stat
import subprocess

import harness
import small_guest
from harness import equal, true

FAILED, REFUSED, TARGET = 1, 4, 6
CONFINE = "virt-hyper2kvm-confine"
scratch = harness.Scratch()
mounted = scratch.file("disk")
out = os.path.join(mounted, "out")
source = os.path.join(scratch.path, "source", "root.raw")
# In place of the program that confines others: does something before qemu-img is started with the command @COMMAND@.
WRAPPER = """#!/bin/bash
case "$0 $* " in */virt-hyper2kvm-confine\\ *" qemu-img @COMMAND@ "*)
    @FAULT@
esac
exec -a "$0" @REAL@ "$@"
"""
FILL = f"dd if=/dev/zero of={mounted}/filler bs=1M 2>/dev/null"


def injected(calls, error, path=""):
    """The real program with @calls failing, on @path alone if one is given."""
    return f'exec strace -qq -f -o /dev/null {"-P " + path if path else ""} -e trace={calls} -e inject={calls}:error={error} @REAL@ "$@"'


def imported(*words, tools=None, program=(), state=None):
    """An import of the guest, its errors and what is in the target folder, in which a report may be."""
    env = harness.environment(scratch)
    env["VIRT_HYPER2KVM_LIBEXEC"] = tools or env["VIRT_HYPER2KVM_LIBEXEC"]
    env["VIRT_HYPER2KVM_STATE_DIR"] = state or env["VIRT_HYPER2KVM_STATE_DIR"]
    before = harness.sha256(source)
    done = subprocess.run([*program, harness.PROGRAM, "import", source, "--output-dir", out, "--no-define", "--boot-test=none", *words],
                          env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    equal(harness.sha256(source), before, "the source")
    errors = [line for line in done.stderr.splitlines() if ": error: " in line]
    print("# " + str(done.returncode) + ": " + " | ".join(errors))
    return done, errors, set(os.listdir(out)) - {"report.json"} if os.path.isdir(out) else set()


def fails(status, says, **how):
    done, errors, left = imported(**how)
    equal((done.returncode, len(errors), left), (status, 1, set()), done.stderr)
    true(says in errors[0], f"“{errors[0]}” does not say “{says}”")


def wrapped(command, fault):
    """A folder of our programs in which qemu-img meets with @fault at @command."""
    folder, real = scratch.file("tools-" + str(len(os.listdir(scratch.path)))), harness.environment(scratch)["VIRT_HYPER2KVM_LIBEXEC"]
    shutil.copytree(real, folder, symlinks=True, ignore=shutil.ignore_patterns("*.p"))
    path = os.path.join(folder, CONFINE)
    os.unlink(path)
    text = WRAPPER.replace("@COMMAND@", command).replace("@FAULT@", fault).replace("@REAL@", os.path.join(real, CONFINE))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    return folder


def with_disk(test):
    """Gives @test a small disk of its own."""
    def run():
        if os.geteuid() != 0:
            raise harness.Skip("only root can mount a small disk")
        os.makedirs(mounted, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=420m,mode=755", "tmpfs", mounted], check=True)
        try:
            test()
        finally:
            subprocess.run(["umount", mounted], check=True)
    run.__doc__ = test.__doc__
    return run


def with_strace(test):
    def run():
        if not shutil.which("strace"):
            raise harness.Skip("strace is not there")
        test()
    run.__doc__ = test.__doc__
    return with_disk(run)


def build():
    """the guest is built"""
    os.mkdir(os.path.dirname(source))
    small_guest.make_root(os.path.dirname(source))


def full_result():
    """no space while the result is written"""
    fails(TARGET, "space", tools=wrapped("convert", FILL))


def full_at_end():
    """no space when the result is checked: only the XML cannot be written"""
    fails(TARGET, out, tools=wrapped("check", FILL))


def bad_overlay():
    """the target is full, fails or is read-only when the overlay is made, which is what is written first"""
    for error, says in (("ENOSPC", out), ("EIO", out), ("EROFS", "ead-only")):
        fails(TARGET, says, program=["strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=pwrite64",
                                     "-e", f"inject=pwrite64:error={error}:when=1"])


def bad_result():
    """the target fails while the result is written"""
    fails(TARGET, out, tools=wrapped("convert", injected("pwrite64,pwritev,fallocate,fdatasync", "EIO")))


def bad_source():
    """the source fails while the result is written"""
    fails(REFUSED, "source", tools=wrapped("convert", injected("pread64,preadv,read", "EIO", source)))


def bad_rename():
    """the target is read-only when the result gets its name"""
    fails(TARGET, out, program=["strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=renameat2", "-e", "inject=renameat2:error=EROFS"])


def no_space_for_state():
    """a state folder that is full or read-only ends no import"""
    state = os.path.join(mounted, "state")
    os.mkdir(state)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", state], check=True)
    try:
        done, errors, left = imported(state=state)
    finally:
        subprocess.run(["umount", state], check=True)
    equal((done.returncode, errors, left), (0, [], {"root.qcow2", "root.xml"}), done.stderr)
    true("warning" in done.stderr, done.stderr)


harness.main([build, *map(with_disk, [full_result, full_at_end, no_space_for_state]),
              *map(with_strace, [bad_overlay, bad_result, bad_source, bad_rename]), harness.nothing_is_left(scratch)])
