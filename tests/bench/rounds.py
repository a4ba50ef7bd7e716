# SPDX-License-Identifier: LGPL-2.1-or-later
"""Commands in turn, round after round, and what comes out of that as tables."""

import statistics
import sys

from commands import missing, one_run
from guests import MIB

# Ids of warnings in a report that say that the appliance was booted and not restored.
BOOTED = {"appliance.not-restored", "appliance.outdated"}


def progress(text):
    print(text, file=sys.stderr, flush=True)


def in_turn(commands, bench, guest, rounds, once=()):
    """{name: runs} of @commands, {name: function}: A B C, A B C, …; those in @once in the first round alone.

    One that is not installed, or failed in the first round, is left out of all further ones.
    """
    runs = {}
    for name in commands:
        if missing(name):
            progress(missing(name))
        else:
            runs[name] = []
    guest.warm()
    for number in range(rounds):
        progress(f"{guest.name}, round {number + 1}")
        for name, command in commands.items():
            if name not in runs or number and (name in once or not good(runs[name])):
                continue
            used = one_run(name, command, bench, guest)
            runs[name].append(used)
            progress(f"  {name:20} {used['wall']:8.2f} s {used['cpu']:8.2f} s CPU {used['rss'] / MIB:6.0f} MiB"
                     f"  load {used['load']:.1f}  {used.get('reason', '')}")
    return runs


def good(runs):
    return [run for run in runs if run["status"] == 0]


def median(runs, key="wall"):
    return statistics.median(run[key] for run in runs)


def report_of(runs):
    """The report of the last round that succeeded."""
    return next((run["report"] for run in reversed(good(runs)) if "report" in run), {})


def lanes_of(report):
    """The lanes that did the work, in order: "direct", or "direct, appliance"."""
    stages = report.get("pipeline", {}).get("stages", {}).values()
    names = [stage["lane"]["name"] for stage in stages if "lane" in stage]
    return ", ".join(dict.fromkeys(names))


def not_restored(runs):
    """How many of @runs booted the appliance although it was recorded."""
    return sum(any(warning["id"] in BOOTED for warning in run["report"].get("warnings", [])) for run in good(runs))


def spread(values, digits=1):
    low, high = (f"{value:.{digits}f}" for value in (min(values), max(values)))
    return low if low == high else f"{low}–{high}"


def seconds(value):
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def factor(value):
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def disk_of(guest):
    virtual, stored = guest.sizes()
    data = f"{stored / MIB:.0f} MiB" if stored < 1024 * MIB else f"{stored / MIB / 1024:.1f} GiB"
    return f"{virtual / MIB / 1024:.1f} GiB, {data} stored"


def table(header, rows):
    """Markdown; a "|" in a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in lines) + "\n"


def times(runs):
    """A table of what commands used, and below it why some failed."""
    rows, failed = [], []
    for name, all_runs in runs.items():
        done = good(all_runs)
        if not done:
            rows.append([name, "failed", "", "", "", "", ""])
        else:
            rows.append([name, seconds(median(done)), seconds(min(run["wall"] for run in done)), seconds(median(done, "cpu")),
                         f"{median(done, 'rss') / MIB:.0f} MiB", spread([run["load"] for run in done]),
                         f"{len(done)} of {len(all_runs)}"])
        failed += [f"{name} failed: {run['reason']}" for run in all_runs if run["status"] != 0][:1]
    return table(["", "median", "least", "CPU", "memory", "load", "rounds"], rows) + "".join(f"\n{why}\n" for why in failed)


def ratios(pairs, runs, guest, bench):
    """A table of the factors between the medians of two commands each."""
    rows = []
    for first, second in pairs:
        some, other = good(runs.get(first, [])), good(runs.get(second, []))
        if some and other:
            rows.append([f"{first} : {second}", *(factor(median(some, key) / median(other, key)) for key in ("wall", "cpu", "rss")),
                         disk_of(guest), bench.accelerator])
    return table(["", "time", "CPU", "memory", "disk", "on"], rows) if rows else ""


def left_out(names):
    """What is not installed, as lines for the page."""
    return "".join(f"\n{missing(name)}\n" for name in names if missing(name))
