#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints what a report.json says in proof of the boot.

usage: show-evidence.py REPORT.json
"""
import json
import sys
from pathlib import Path


def main(path):
    file = Path(path)
    if not file.exists():
        sys.exit(f"{path} was not written")
    report = json.loads(file.read_text(encoding="utf-8"))
    for error in report["errors"]:
        print(f"error      {error['message']}")
    boot = report.get("boot_test")
    if not boot:
        sys.exit("no boot was tested")
    evidence = boot["evidence"]
    print(f"boot       {'proven' if boot['proven'] else 'NOT proven'} by {boot['method']} on {boot['accelerator']}"
          f" in {boot['seconds']:.0f} s: {boot['why']}")
    print(f"root       {evidence['root_device']} by {evidence['root_driver']}, kernel {evidence['kernel']}")
    for name in ("mounts", "missing_mounts", "nics", "addresses", "failed_units"):
        for line in evidence[name]:
            print(f"{name.replace('_', ' ').removesuffix('s'):10} {line}")


main(sys.argv[1])
