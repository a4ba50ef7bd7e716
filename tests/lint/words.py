#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Words that have no place in the tree: notes to self, and paths that exist on one machine only.

usage: words.py ROOT
"""
import re
import sys

from common import Report, files, is_data, text_of

BANNED = {
    re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?!X)"): "finish it, or say in the text what is not done",
    re.compile(r"(?<![\w.~/])/work/(?:main|shared)\b"): "a path of one machine",
    re.compile(r"(?<![\w.~])/home/(?!\*)\w+/"): "a path of one person",
    re.compile(r"\bissues? #\d", re.I): "say what is meant, the reader has no tracker at hand",
}
SELF = "tests/lint/words.py"


def main(root):
    report = Report()
    for path in files(root):
        text = None if is_data(path) or path.as_posix() == SELF else text_of(root, path)
        for number, line in enumerate((text or "").splitlines(), 1):
            for pattern, why in BANNED.items():
                found = pattern.search(line)
                if found:
                    report.add(path, number, f"“{found.group(0)}”: {why}")
    report.finish()


main(sys.argv[1])
