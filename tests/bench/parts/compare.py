# SPDX-License-Identifier: LGPL-2.1-or-later
"""One guest on ext4: inspections and imports of ours, of other tools, and the bare copy of its disk."""

from statistics import median

import guests
from commands import build_appliance, our_import, our_inspect, qemu_img, virt_inspector, virt_v2v
from rounds import disk_of, good, in_turn, lanes_of, left_out, ratios, report_of, seconds, table, times

TITLE = "One guest on ext4"
COMMANDS = {"virt-inspector": virt_inspector, "inspect": our_inspect, "virt-v2v": virt_v2v, "import": our_import,
            "qemu-img convert": qemu_img}
# Of two commands, the factor between their medians.
PAIRS = [("virt-inspector", "inspect"), ("virt-v2v", "import"), ("import", "qemu-img convert")]


def stages(runs):
    """A table of the medians of the stages' durations."""
    imports = [run["report"]["pipeline"]["stages"] for run in good(runs)]
    if not imports:
        return ""
    return table(list(imports[0]), [[seconds(median(run[name]["duration"] for run in imports)) for name in imports[0]]])


def page(names, runs, guest, bench):
    """Tables of what was measured of the commands @names."""
    text = f"{guest.name}: {disk_of(guest)}.\n\n{times(runs)}{left_out(names)}"
    factors = ratios(PAIRS, runs, guest, bench)
    if factors:
        text += "\n" + factors
    if good(runs.get("import", [])):
        text += f"\nThe stages of an import (lane: {lanes_of(report_of(runs['import']))}):\n\n{stages(runs['import'])}"
    return text


def run(bench, options):
    guest = guests.build(options.variant, bench.work)
    build_appliance(bench, guest)
    runs = in_turn(COMMANDS, bench, guest, options.rounds)
    guest.remove()
    return page(COMMANDS, runs, guest, bench), runs
