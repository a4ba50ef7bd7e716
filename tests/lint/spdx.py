#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every text file of ours starts with its licence: code, scripts, pages and lists.

usage: spdx.py ROOT
"""
import sys

from common import Report, files, is_data, text_of

LICENCE = "SPDX-License-Identifier: LGPL-2.1-or-later"
# What cannot hold a comment or is not ours: the licence itself, JSON, and what xgettext makes.
EXEMPT = {"COPYING", "layers.json.in"}
EXEMPT_SUFFIXES = {".json", ".pot"}


def is_exempt(path):
    # Fixtures are as their makers left them; the pages that explain them are ours.
    is_fixture = is_data(path) and path.name != "README.md"
    return path.name in EXEMPT or path.suffix in EXEMPT_SUFFIXES or is_fixture


def main(root):
    report = Report()
    for path in files(root):
        text = None if is_exempt(path) else text_of(root, path)
        if text and LICENCE not in "\n".join(text.splitlines()[:3]):
            report.add(path, 1, f"the first lines do not say “{LICENCE}”")
    report.finish()


main(sys.argv[1])
