# SPDX-License-Identifier: LGPL-2.1-or-later
"""Several imports of one source at once, with one state folder: what they wait for shows as processors that are idle."""

import os
import shutil
import tempfile
from pathlib import Path

import guests
import measure
from commands import our_import
from guests import MIB
from rounds import disk_of, factor, good, median, progress, seconds, spread, table

TITLE = "Imports side by side"


def at_once(number, bench, guest):
    folder, logs = (Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=bench.work)) for kind in ("beside", "log"))
    commands = [our_import(bench, guest, folder / f"out-{one}")[0] for one in range(number)]
    used = measure.run(commands, bench.environment(folder), logs)
    shutil.rmtree(folder)
    shutil.rmtree(logs)
    progress(f"  {number} at once: {used['wall']:.2f} s, {used['busy'] * 100:.0f} % busy  {used.get('reason', '')}")
    return used


def row(number, runs, single):
    done = good(runs)
    if not done:
        return [number, "failed: " + runs[0]["reason"], "", "", "", "", "", "", ""]
    rate = number * 60 / median(done)
    return [number, seconds(median(done)), f"{rate:.1f}", factor(rate * single / 60) if single else "",
            f"{median(done, 'busy') * 100:.0f} %",
            f"{100 * median(done, 'cpu') / median(done) / os.cpu_count():.0f} %", seconds(median(done, "cpu") / number),
            f"{median(done, 'rss') / MIB:.0f} MiB", spread([run["load"] for run in done])]


def run(bench, options):
    guest = guests.build(options.variant, bench.work)
    guest.warm()
    runs = {number: [] for number in options.beside}
    for number in range(options.rounds):
        progress(f"{guest.name}, round {number + 1}")
        for count, all_runs in runs.items():
            all_runs.append(at_once(count, bench, guest))
    single = median(good(runs[1])) if good(runs.get(1, [])) else None
    text = table(["at once", "time", "imports a minute", "times one alone", "processors busy", "with them", "CPU of each", "memory", "load"],
                 [row(count, all_runs, single) for count, all_runs in runs.items()])
    text += f"\n{guest.name}: {disk_of(guest)}; {os.cpu_count()} processors; on {bench.accelerator}.\n"
    guest.remove()
    return text, runs
