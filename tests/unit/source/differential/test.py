#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What we read of a chain is what QEMU reads: thousands of changed headers and descriptors are either refused, or we name
exactly the files that QEMU opens, with the sizes and formats that it finds.

QEMU is asked twice: with the chain as we pass it on, and for its own reading, by which it may also find nothing: files
that were moved along with their image are found by their names alone.

usage: test.py DESCRIBE [CHANGES [SEED]]
"""

import os
import random
import sys
import tempfile
from collections import Counter

import readers
import scenes


class Comparison:
    """Counts how the two readings compare, and keeps what differs."""

    def __init__(self, ours, qemu):
        self.ours, self.qemu = ours, qemu
        self.counts, self.refusals, self.failures = Counter(), Counter(), []

    def compare(self, case, label):
        chain, files = self.ours.read(case.top, case.name)
        if chain is None:
            self.counts["refused"] += 1
            self.refusals[files] += 1
            return
        self.counts["accepted"] += 1
        if any(sub == "differencing" for _, sub, _, _ in chain):
            return  # QEMU does not read what such an image stands on; we do that ourselves
        if readers.is_counted_twice(chain):
            self.counts["not QEMU's to read"] += 1
            return
        readings = self.qemu.read(readers.node_of(chain, True), readers.node_of(chain, False))
        for kind, reading in zip(("as passed on", "by itself"), readings):
            if reading[0] is None:
                self.counts[f"not opened {kind}"] += 1
                self.refusals[f"QEMU, {kind}: {reading[1]}"] += 1
                continue
            self.counts[f"opened {kind}"] += 1
            if what := readers.differs(chain, files, reading):
                self.failures.append(f"{label} of {os.path.basename(case.victim)} below {os.path.basename(case.top)}, {kind}: {what}")


def report(number, failures, name):
    for failure in failures[:20]:
        print("# " + failure.encode("unicode_escape").decode())
    print(f"{'not ok' if failures else 'ok'} {number} - {name}")


def main():
    program = sys.argv[1]
    total = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with tempfile.TemporaryDirectory(prefix="h2k-chains-") as above:
        folder = os.path.join(above, "chains")
        os.mkdir(folder)
        cases = list(scenes.cases(folder))
        comparison = Comparison(readers.Ours(program), readers.Qemu(folder))
        print("1..3")
        for _, case in cases:
            comparison.compare(case, "nothing")
        report(1, comparison.failures + [str(why) for why in comparison.refusals], "what qemu-img made is read as QEMU reads it")
        comparison.failures = []
        comparison.counts.clear()
        rng = random.Random(seed)
        for number in range(total):
            case = rng.choices([case for _, case in cases], [share for share, _ in cases])[0]
            case.apply(rng)
            comparison.compare(case, f"change {number}")
            case.restore()
        report(2, comparison.failures, f"{total} changes are refused or read as QEMU reads them")
        counts = comparison.counts
        for what, count in sorted(counts.items()):
            print(f"# {what}: {count}")
        if os.environ.get("H2K_TEST_REASONS"):
            for why, count in comparison.refusals.most_common():
                print("# ", count, why.encode("unicode_escape").decode())
        few = [] if counts["opened by itself"] * 10 > total else [f"only {counts['opened by itself']} were opened"]
        report(3, few, "enough changes were compared")
    return 0


sys.exit(main())
