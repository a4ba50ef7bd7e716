#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guests of families that Debian has no packages of are repaired in a real appliance, by stubs of their programs."""

import os
import subprocess
import sys

import harness
import phony_guest
import small_guest
from harness import equal, true

sys.path.insert(0, os.path.join(harness.ROOT, "tests", "support"))
import packing  # noqa: E402  pylint: disable=wrong-import-position

scratch = harness.Scratch()
CARD = ["--mac", phony_guest.MAC]
# Their programs are called in the repair: where images could be extended, and tools removed at the first start, too.
CALLING = ["--initramfs=rebuild", "--old-tools=remove"]


def text(folder, path):
    with open(os.path.join(folder, path), encoding="utf-8") as file:
        return file.read()


def family(name):
    wanted = phony_guest.FAMILIES[name]

    def test():
        folder = scratch.file(name)
        os.mkdir(folder)
        raw, kernel = phony_guest.make(name, folder)
        out = os.path.join(folder, "out")
        done = harness.run(scratch, "import", raw, "--name", name, "--output-dir", out, "--no-define", "--boot-test=none", *CALLING, *CARD)
        sys.stderr.write(done.stdout + done.stderr)
        equal(done.returncode, 0, done.stderr)
        image = os.path.join(out, name + ".qcow2")
        files = os.path.join(folder, "files")
        small_guest.tree_of(packing.raw_of(image, os.path.join(folder, "after.raw")), files)
        equal(text(files, phony_guest.CALLED).splitlines(), [call.format(kernel) for call in wanted["calls"]])
        equal(harness.sha256(os.path.join(files, wanted["image"].format(kernel))), harness.sha256(os.path.join(files, "usr/lib/complete.img")))
        equal(text(files, "etc/fstab").split()[0], "UUID=" + small_guest.ROOT_UUID)
        for path, words in wanted["says"].items():
            true(words in text(files, path), text(files, path))
        equal([path for path in wanted["gone"] if os.path.lexists(os.path.join(files, path))], [], "what goes with the old tools")
        harness.needs_nothing_more(harness.run(scratch, "plan", "--json", image, *CALLING, *CARD))
        subprocess.run(["rm", "-rf", folder], check=True)
    test.__doc__ = f"{name}: its own programs are called as they are meant to, and what they make is checked"
    return test


chosen = sys.argv[1:] or list(phony_guest.FAMILIES)
harness.main([*[family(name) for name in chosen], harness.nothing_is_left(scratch)])
