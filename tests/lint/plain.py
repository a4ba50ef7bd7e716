#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Product code and documentation use the words of HACKING.md's section "Words": code in names, comments and strings.

Names are split at underscores and capitals, so "was_told" has the word "told".  A line that has to name such a word is
in ALLOWED, by its file and a text in it.

usage: plain.py ROOT
"""
import re
import sys

from common import CODE, Report, files, text_of

FOLDERS = ("convert/", "fixers/", "domain/", "virsh-plugin/", "hooks/", "docs/", "osinfo-data/")
PAGES = ("README.md", "SECURITY.md", "HACKING.md", "NEWS")
TEXTS = (".md", ".rst", ".py", ".build", ".json", ".map", ".in")
# Words → what to write.
WORDS = {
    r"told|tells?|telling": "say, show, report, print; recognise or distinguish; of programs: pass",
    r"wish(?:es|ed)?": "request, options",
    r"anew": "again, new",
    r"crew": "workers",
    r"way back|tak(?:e|es|en|ing) back|took back|(?:take|took|taken) (?:it|them|all|this) (?:all )?back": "revert, restore",
    r"rooms?": "space",
}
BANNED = [(re.compile(rf"\b(?:{words})\b", re.I), instead) for words, instead in WORDS.items()]
# File → texts of lines that may name such a word.
ALLOWED = {
    # The state's name in journals that are in guests.
    "convert/apply/originals.cpp": ('"no-room"',),
    "convert/apply/originals.h": ('"no-room"',),
    "convert/plan/revert.cpp": ('"no-room"',),
    "docs/json.md": ("`no-room`",),
    "HACKING.md": ("| request, options |", "| inspect, plan, repair,", "| rebuild, rewrite, again |", "| recognise,", "| report, say, show, print, list, pass |",
                   "| space |", "| worker |"),
}
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def concerns(path):
    name = path.as_posix()
    return name in PAGES or name.startswith(FOLDERS) and path.suffix in CODE + TEXTS


def main(root):
    report = Report()
    for path in files(root):
        text = text_of(root, path) if concerns(path) else None
        for number, line in enumerate((text or "").splitlines(), 1):
            if any(allowed in line for allowed in ALLOWED.get(path.as_posix(), ())):
                continue
            words = CAPITAL.sub(" ", line).replace("_", " ")
            for pattern, instead in BANNED:
                found = pattern.search(words)
                if found:
                    report.add(path, number, f"“{found.group(0)}”: {instead}")
    report.finish()


main(sys.argv[1])
