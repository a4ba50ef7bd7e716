#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The type lock: the layers that decide never name what acts.

They receive a const GuestView; a Guest, an appliance, a libvirt object or a child process is not theirs to hold.

usage: type-lock.py ROOT
"""
import re
import sys

from common import CODE, Report, bare_code, files, text_of
from layout import CONTROL, layer_of

ACTING = re.compile(r"\b(Guest|Lane|Appliance|FileCalls|Target|guestfs_h|vir(?:Connect|Domain|StoragePool|StorageVol)(?:Ptr)?|"
                    r"run_command|require_command|write_file|publish)\b(?!\s*::)")
# convert/source may ask libvirt what machine there is, and qemu-img what a header says.
ALLOWED = {"source": re.compile(r"^(virConnect|virDomain|virStorage|run_command|require_command)")}
INCLUDE = re.compile(r"^\s*#.*$", re.M)


def main(root):
    report = Report()
    for path in files(root):
        layer = layer_of(path)
        if path.suffix not in CODE or layer not in CONTROL:
            continue
        code = INCLUDE.sub("", bare_code(text_of(root, path)))
        for match in ACTING.finditer(code):
            name = match.group(1)
            if layer in ALLOWED and ALLOWED[layer].match(name):
                continue
            report.add(path, code.count("\n", 0, match.start()) + 1,
                       f"layer {layer} decides and must not name {name}")
    report.finish()


main(sys.argv[1])
