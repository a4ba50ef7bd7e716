# SPDX-License-Identifier: LGPL-2.1-or-later
"""The start of the program, and of the appliance: booted, and restored from a recording."""

import subprocess
import time
from dataclasses import replace
from statistics import median as middle

import guests
from commands import build_appliance, one_run, our_inspect, record
from rounds import good, median, not_restored, progress, seconds, spread, table

TITLE = "Starts"


def starts(bench, rounds):
    """{name: seconds} of `--version`, and of a program that does nothing, in turn."""
    ways = {"virt-hyper2kvm --version": [bench.program, "--version"], "true, for comparison": ["/bin/true"]}
    taken = {name: [] for name in ways}
    for _ in range(rounds):
        for name, argv in ways.items():
            before = time.perf_counter()
            subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=bench.environment(bench.work))
            taken[name].append(time.perf_counter() - before)
    return taken


def inspections(name, bench, guest, rounds):
    runs = []
    for number in range(rounds):
        runs.append(one_run(name, our_inspect, bench, guest))
        if good(runs[-1:]):
            progress(f"  {name}, {number + 1} of {rounds}: launch {launch(runs[-1]):.2f} s, {runs[-1]['wall']:.2f} s")
    return runs


def launch(run):
    return run["report"]["pipeline"]["stages"]["inspect"]["result"]["steps"]["launch"]


def row(name, runs):
    done = good(runs)
    if not done:
        return [name, "failed: " + runs[0]["reason"], "", "", "", ""]
    launches = [launch(run) for run in done]
    booted = not_restored(done)
    return [name, seconds(middle(launches)), spread(launches, 2), seconds(median(done)), seconds(median(done, "cpu")),
            f"{len(done)} of {len(runs)}" + (f", {booted} booted instead" if booted else "")]


def run(bench, options):
    taken = starts(bench, options.starts)
    text = table(["", "median", "least", "most"], [[name, *(f"{value * 1000:.1f} ms" for value in (middle(times), min(times), max(times)))]
                                                   for name, times in taken.items()])
    text += f"\n{options.starts} starts of each, in turn.\n\n"
    guest = guests.build(options.variant, bench.work)
    guest.warm()
    cold = replace(bench, lane="appliance")
    build_appliance(bench, guest)
    data = {"starts": taken, "booted": inspections("booted", cold, guest, options.rounds)}
    rows = [row("booted", data["booted"])]
    recorded, data["prepare"] = record(cold)
    if data["prepare"]["status"] == 0:
        data["restored"] = inspections("restored", recorded, guest, options.restores)
        rows.append(row("restored", data["restored"]))
    text += table(["appliance", "launch", "least to most", "inspect altogether", "CPU", "rounds"], rows)
    if data["prepare"]["status"] == 0:
        text += f"\n`appliance prepare`, once: {seconds(data['prepare']['wall'])}."
    else:
        text += f"\n`appliance prepare` failed: {data['prepare']['reason']}."
    guest.remove()
    return text + f" On {bench.accelerator}" + (".\n" if bench.tcg else ", where nothing is restored.\n"), data
