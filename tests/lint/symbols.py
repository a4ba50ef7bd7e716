#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The symbol lock: a shared library shows h2k_* and nothing else.

usage: symbols.py LIBRARY.so
"""
import re
import subprocess
import sys

# Version nodes of a symbol map, and what the linker itself may define.
ALLOWED = re.compile(r"^(h2k_\w+|VIRT_HYPER2KVM_[\d.]+|_init|_fini|_edata|_end|__bss_start)(@.*)?$")


def main(library):
    listing = subprocess.run(["nm", "-D", "--defined-only", "--format=posix", library], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    names = [line.split()[0] for line in listing.splitlines()]
    stray = sorted(name for name in names if not ALLOWED.match(name))
    for name in stray:
        print(f"{library}: shows {name}")
    shown = [name for name in names if name.startswith("h2k_")]
    if not shown:
        print(f"{library}: shows no h2k_ function at all")
    return 1 if stray or not shown else 0


sys.exit(main(sys.argv[1]))
