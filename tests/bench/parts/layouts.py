# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every other layout of tests/guests: an import beside virt-v2v, and which lane did the work."""

import subprocess

import guests
from commands import build_appliance, our_import, record, virt_v2v
from rounds import disk_of, factor, good, in_turn, lanes_of, left_out, median, not_restored, report_of, seconds, table

TITLE = "Other layouts"
GOAL = 12  # times as fast as virt-v2v
RESTORED = "import, restored"


class Recording:
    """The recorded appliance, made when it is first needed."""

    def __init__(self, bench):
        self.bench, self.recorded, self.reason = bench, None, ""

    def get(self):
        """The Bench that restores it, or None where it cannot be made, with the reason."""
        if not self.recorded:
            self.recorded, used = record(self.bench)
            self.reason = used.get("reason", "")
        return None if self.reason else self.recorded


def shown(runs):
    if runs is None:
        return ""
    return seconds(median(good(runs))) if good(runs) else "failed"


def against(runs, name):
    if good(runs.get("virt-v2v", [])) and good(runs.get(name, [])):
        return median(good(runs["virt-v2v"])) / median(good(runs[name]))
    return None


def row(guest, runs):
    report = report_of(runs["import"])
    cells = [guest.name, disk_of(guest), lanes_of(report), shown(runs.get("virt-v2v"))]
    for name in "import", RESTORED:
        ratio = against(runs, name)
        cells += [shown(runs.get(name)), factor(ratio) if ratio else ""]
    return cells


def reasons(guest, runs):
    """Lines that say why a lane was left, and why a command failed."""
    stages = report_of(runs["import"]).get("pipeline", {}).get("stages", {})
    whys = dict.fromkeys(f"{stage['lane']['name']}, since: {stage['lane']['why']}" for stage in stages.values()
                         if stage.get("lane", {}).get("why"))
    whys |= dict.fromkeys(f"{name} failed: {run['reason']}" for name, all_runs in runs.items() for run in all_runs
                          if run["status"] != 0)
    if not_restored(runs.get(RESTORED, [])):
        whys |= {f"“{RESTORED}”: the appliance was not restored but booted": None}
    return "".join(f"- {guest.name}: {why}\n" for why in whys)


def one_guest(guest, bench, recording, options):
    runs = in_turn({"virt-v2v": virt_v2v, "import": our_import}, bench, guest, options.layout_rounds)
    if bench.tcg and "appliance" in lanes_of(report_of(runs["import"])) and recording.get():
        runs |= in_turn({RESTORED: our_import}, recording.get(), guest, options.layout_rounds)
    cells, whys = row(guest, runs), reasons(guest, runs)
    best = max((against(runs, name) or 0 for name in ("import", RESTORED)))
    return cells, whys, best, runs


def run(bench, options):
    chosen = options.layout or [variant for variant in guests.variants() if variant != options.variant]
    recording, rows, whys, bests, data = Recording(bench), [], "", [], {}
    for variant in chosen:
        try:
            guest = guests.build(variant, bench.work)
            if not data:
                build_appliance(bench, guest)
            cells, why, best, data[variant] = one_guest(guest, bench, recording, options)
            guest.remove()
        except (RuntimeError, subprocess.CalledProcessError) as error:
            cells, why, best = [variant] + [""] * 7, f"- {variant} could not be measured: {error}\n", 0
        rows.append(cells)
        whys += why
        bests += [best] if best else []
    text = table(["guest", "disk", "lane", "virt-v2v", "import", "times as fast", RESTORED, "times as fast"], rows)
    text += f"\nOn {bench.accelerator}. “Restored” is with a recorded appliance, for guests that need one.\n"
    text += left_out(["virt-v2v"])
    if bests:
        text += f"\n{sum(best >= GOAL for best in bests)} of {len(bests)} are at least {GOAL} times as fast.\n"
    if recording.reason:
        whys += f"- `appliance prepare` failed: {recording.reason}\n"
    return text + ("\n" + whys if whys else ""), data
