#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the meson test suites of a build folder one after the other and counts what happened.

TAP tests count by their subtests, all others count as one. The last line reads
"N passed, N failed, N skipped"; the exit status is 1 if anything failed. Before it stands how long each suite took,
and which tests took longest.
"""
import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path

# Cheap ones first, so that a simple mistake shows early.
ORDER = ["lint", "layers", "unit", "api", "libvirt", "appliance", "boot", "system"]
# Tests of this many seconds are listed one by one.
LONG = 20
# So many are listed again at the end.
LONGEST = 5
# " 1/17 project:suite / name    OK    557.15s   32 subtests passed"
ENDED = re.compile(r"^\s*\d+/\d+ (?:.* / )?(\S+)\s+([A-Z]+)\s+([\d.]+)s")
TAP_LINE = re.compile(r"^(not )?ok\b\s*\d*\s*-?\s*([^#]*)(?:#\s*(\w+)\s*(.*))?$")
# What GLib's test framework says of every test, failed or not.
NOISE = re.compile(r"^(ok |# (GLib\S*-DEBUG|Start of|End of))")


class Count:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.failures, self.skips = [], []

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def fail(self, name):
        self.failed += 1
        self.failures.append(name)

    def skip(self, name, reason):
        self.skipped += 1
        self.skips.append((name, reason or "no reason given"))


def count_test(entry, count):
    """Adds one entry of meson's testlog.json to the count."""
    name, result = entry["name"].split(" / ")[-1], entry["result"]
    text = entry.get("stdout") or ""
    before = count.passed + count.failed + count.skipped, count.failed
    for line in text.splitlines():
        match = TAP_LINE.match(line)
        if not match:
            continue
        bad, title, word, rest = match.groups()
        title = f"{name} {title.strip()}"
        if word and word.lower().startswith("skip"):
            count.skip(title, rest)
        elif word and word.lower() == "todo":
            count.skip(title, "to do: " + rest)
        elif bad:
            count.fail(title)
        else:
            count.passed += 1
    seen = count.passed + count.failed + count.skipped > before[0]
    if result in ("OK", "EXPECTEDFAIL"):
        if not seen:
            count.passed += 1
    elif result == "SKIP":
        if not seen:
            plan = re.search(r"^1\.\.0\s*#\s*skip\w*\s*(.*)$", text, re.I | re.M)
            lines = (text + "\n" + (entry.get("stderr") or "")).strip().splitlines()
            count.skip(name, plan.group(1) if plan else lines[-1] if lines else "")
    elif count.failed == before[1]:
        # It ended early, timed out or did not match its plan: no subtest shows this.
        count.fail(f"{name} ({result.lower()})")


def show_failed(entry):
    print(f"--- {entry['name']}: {entry['result']}")
    for stream in ("stdout", "stderr"):
        lines = [line for line in (entry.get(stream) or "").splitlines() if not NOISE.match(line)]
        for line in lines[-60:]:
            print("    " + line)


def watch(meson):
    """Prints each long test when it ends, so that an aborted run shows how far it got; returns the output."""
    lines = []
    for line in meson.stdout:
        lines.append(line)
        match = ENDED.match(line)
        if match and float(match[3]) >= LONG:
            print(f"    {match[1]} {match[2]} {float(match[3]):.0f} s", flush=True)
    return "".join(lines)


def run_suite(folder, suite, expected, multiplier):
    log = f"check-{suite}"
    path = folder / "meson-logs" / f"{log}.json"
    path.unlink(missing_ok=True)
    started = time.monotonic()
    with subprocess.Popen(
            ["meson", "test", "-C", folder, "--no-rebuild", "--suite", suite, "--logbase", log,
             "--timeout-multiplier", str(multiplier)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as meson:
        output = watch(meson)
    seconds = time.monotonic() - started
    entries = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    durations = [(entry["duration"], entry["name"].split(" / ")[-1]) for entry in entries]
    count = Count()
    for entry in entries:
        count_test(entry, count)
        if entry["result"] not in ("OK", "SKIP", "EXPECTEDFAIL"):
            show_failed(entry)
    if len(entries) != expected:
        print(output)
        count.fail(f"suite {suite}: {len(entries)} of {expected} tests ran")
    elif meson.returncode != 0 and count.failed == 0:
        print(output)
        count.fail(f"suite {suite}: meson test ended with status {meson.returncode}")
    return count, seconds, durations


def for_people(seconds):
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def show_times(suites, tests):
    """@suites: {name: seconds}; @tests: (seconds, name) of all."""
    each = ", ".join(f"{name} {for_people(seconds)}" for name, seconds in suites.items())
    print(f"took {for_people(sum(suites.values()))}: {each}")
    longest = ", ".join(f"{name} {for_people(seconds)}" for seconds, name in sorted(tests, reverse=True)[:LONGEST])
    print(f"longest: {longest}")


def suites_of(folder):
    """Suite name → number of tests; a test outside every suite stands under ""."""
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", folder], check=True,
                                      stdout=subprocess.PIPE, text=True).stdout)
    suites = {}
    for test in tests:
        for name in test["suite"] or [""]:
            name = name.split(":")[1] if ":" in name else ""
            suites[name] = suites.get(name, 0) + 1
    return suites


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", action="append", default=[], metavar="SUITE")
    parser.add_argument("--timeout-multiplier", type=float, default=1, metavar="N")
    options = parser.parse_args()
    found = suites_of(options.folder)
    total, skips, failures, times, tests = Count(), [], [], {}, []
    if found.pop("", 0):
        total.fail("a test is in no suite")
        failures += total.failures
    ordered = [s for s in ORDER if s in found] + sorted(set(found) - set(ORDER))
    for suite in ordered:
        if suite in options.without:
            print(f"{suite:10} left out")
            continue
        count, times[suite], durations = run_suite(options.folder, suite, found[suite], options.timeout_multiplier)
        print(f"{suite:10} {times[suite]:7.1f} s  {count.passed} passed, {count.failed} failed, {count.skipped} skipped",
              flush=True)
        total.add(count)
        skips += count.skips
        failures += count.failures
        tests += durations
    for name, reason in skips:
        print(f"skipped: {name}: {reason}")
    for name in failures:
        print(f"FAILED: {name}")
    show_times(times, tests)
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
