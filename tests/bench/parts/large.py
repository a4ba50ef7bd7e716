# SPDX-License-Identifier: LGPL-2.1-or-later
"""One guest, with much data, and with a large disk that is empty: what grows with which."""

import guests
from commands import our_import, qemu_img, virt_v2v
from rounds import disk_of, factor, good, in_turn, left_out, median, seconds, spread, table
from guests import MIB

TITLE = "Large disks"
COMMANDS = {"virt-v2v": virt_v2v, "import": our_import, "qemu-img convert": qemu_img}


def beside_copy(runs):
    """Seconds of an import outside its stage CONVERT."""
    done = good(runs)
    own = [{"own": run["wall"] - run["report"]["pipeline"]["stages"]["convert"]["duration"]} for run in done]
    return seconds(median(own, "own")) if own else ""


def rows_of(guest, runs):
    rows = []
    copies = good(runs.get("qemu-img convert", []))
    for name, all_runs in runs.items():
        done = good(all_runs)
        if not done:
            rows.append([disk_of(guest), name, "failed: " + all_runs[0]["reason"], "", "", "", "", ""])
            continue
        rows.append([disk_of(guest), name, seconds(median(done)), seconds(median(done, "cpu")),
                     f"{median(done, 'rss') / MIB:.0f} MiB", factor(median(done) / median(copies)) if copies else "",
                     beside_copy(done) if name == "import" else "", spread([run["load"] for run in done])])
    return rows


def run(bench, options):
    base = guests.build(options.variant, bench.work)
    rows, data = [], {}
    for gib, mib in (0, 0), (options.large_gib, options.large_data), (options.wide_gib, 0):
        guest = guests.enlarge(base, gib, mib, bench.work) if gib else base
        # The other tool once, and only where its time is not known from the other tables.
        commands = {name: command for name, command in COMMANDS.items() if name != "virt-v2v" or mib}
        data[guest.name] = in_turn(commands, bench, guest, options.rounds, once=["virt-v2v"])
        rows += rows_of(guest, data[guest.name])
        if guest is not base:
            guest.remove()
    base.remove()
    text = table(["disk", "", "median", "CPU", "memory", "times the copy", "outside CONVERT", "load"], rows)
    return text + f"\nOn {bench.accelerator}.\n" + left_out(["virt-v2v"]), data
