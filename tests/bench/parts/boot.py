# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a boot test costs outside the boot of the guest itself."""

from statistics import median as middle

import guests
from commands import our_import
from rounds import disk_of, good, in_turn, lanes_of, median, report_of, seconds, spread, table, times

TITLE = "The boot test"
COMMANDS = {"import": our_import,
            "import, boot test": lambda bench, guest, out: our_import(bench, guest, out, "probe")}


def booted(run):
    """Seconds in which the guest itself booted: from power-on to the proof, or else as long as its QEMU ran."""
    said = run.get("report", {}).get("boot_test", {}).get("duration_seconds", 0)
    if said > 0:
        return said, "power-on to proof"
    return sum(machine["to"] - machine["from"] for machine in run["machines"] if machine["domain"]), "the life of its QEMU"


def numbers(value, name=""):
    """{"member member": number} of all numbers in a JSON object and those in it."""
    found = {}
    for key, inner in value.items():
        words = f"{name} {key}".strip()
        if isinstance(inner, dict):
            found |= numbers(inner, words)
        elif isinstance(inner, (int, float)) and not isinstance(inner, bool):
            found[words] = inner
    return found


def parts_of(run):
    """What the report says of the boot test in numbers, and the steps of its stage."""
    report = run["report"]
    steps = report["pipeline"]["stages"].get("validate", {}).get("result", {}).get("steps", {})
    return numbers(steps, "step") | numbers(report.get("boot_test", {}), "boot_test")


def page(runs, guest, bench):
    text = times(runs)
    without, tested = (good(runs[name]) for name in COMMANDS)
    if not without or not tested:
        return text
    base = median(without)
    guests_own = middle(booted(run)[0] for run in tested)
    own = [run["wall"] - booted(run)[0] - base for run in tested]
    text += "\n" + table(
        ["import with the boot test", "without", f"the guest's boot ({booted(tested[0])[1]})", "the test's own cost", "of each round"],
        [[seconds(median(tested)), seconds(base), seconds(guests_own), seconds(middle(own)), spread(own, 2)]])
    names = dict.fromkeys(name for run in tested for name in parts_of(run))
    rows = [[name, f"{middle(parts_of(run)[name] for run in tested if name in parts_of(run)):.2f}"] for name in names]
    text += f"\nFrom the report, medians (lane: {lanes_of(report_of(tested))}):\n\n" + table(["", "seconds"], rows)
    accelerator = report_of(tested).get("boot_test", {}).get("accelerator", bench.accelerator.lower())
    return text + f"\n{guest.name}: {disk_of(guest)}; on {accelerator.upper()}.\n"


def run(bench, options):
    guest = guests.build(options.variant, bench.work)
    runs = in_turn(COMMANDS, bench, guest, options.rounds)
    text = page(runs, guest, bench)
    guest.remove()
    return text, runs
