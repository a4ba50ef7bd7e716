#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every file of code or text of ours starts with its licence.

usage: spdx.py ROOT
"""
import sys

from common import CODE, Report, files, is_data, is_script, text_of

LICENCE = "SPDX-License-Identifier: LGPL-2.1-or-later"
NAMES = {"meson.build", "meson_options.txt", "packages", ".clang-tidy"}
SUFFIXES = CODE + (".py", ".sh", ".rst", ".vala", ".map", ".service")


def main(root):
    report = Report()
    for path in files(root):
        if is_data(path) or path.name == ".gitignore":
            continue
        text = text_of(root, path)
        if text is None or not (path.suffix in SUFFIXES or path.name in NAMES or is_script(path, text)):
            continue
        if LICENCE not in "\n".join(text.splitlines()[:3]):
            report.add(path, 1, f"the first lines do not say “{LICENCE}”")
    report.finish()


main(sys.argv[1])
