#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a linter over its samples: small trees of which "good" must pass and every other must fail.

The file NAME.expected beside a sample holds, a line each, what the linter must say about it: the start of a line and, after
" ... ", a text in the rest of it.  No other finding may be made.  "layers.json" is handed on where it is there.

usage: run-samples.py LINTER SAMPLES
"""
import subprocess
import sys
from pathlib import Path


def complaint(linter, sample):
    """What is wrong with the linter's verdict; empty: nothing."""
    expected_file, layers = sample.with_name(sample.name + ".expected"), sample.parent / "layers.json"
    expected = expected_file.read_text(encoding="utf-8").splitlines() if expected_file.exists() else []
    ran = subprocess.run([sys.executable, linter, sample] + ([layers] if layers.exists() else []), text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    found = ran.stdout.splitlines()
    if ran.returncode not in (0, 1) or ran.stderr:
        return f"status {ran.returncode}: {ran.stderr}"
    if bool(found) != (ran.returncode == 1):
        return f"status {ran.returncode} with {len(found)} findings"
    for line in expected:
        start, _, rest = line.partition(" ... ")
        match = [f for f in found if f.startswith(start) and rest in f[len(start):]]
        if not match:
            return f"no finding “{line}” in {found}"
        found.remove(match[0])
    return f"findings that nobody expected: {found}" if found else ""


def main(linter, samples):
    trees = sorted(s for s in Path(samples).iterdir() if s.is_dir())
    names = [s.name for s in trees]
    wrong = [] if "good" in names and len(names) > 1 else ["one good and one bad sample must be there"]
    print(f"1..{len(trees) + 1}")
    print("not ok 1 - set of samples # " + wrong[0] if wrong else "ok 1 - set of samples")
    for number, sample in enumerate(trees, 2):
        text = complaint(linter, sample)
        if not text and sample.name != "good" and not sample.with_name(sample.name + ".expected").exists():
            text = "a bad sample must say what is expected"
        print(f"{'not ok' if text else 'ok'} {number} - {sample.name}")
        for line in text.splitlines():
            print("# " + line)
    # As TAP asks: the verdict stands in the lines.
    return 0


sys.exit(main(*sys.argv[1:3]))
