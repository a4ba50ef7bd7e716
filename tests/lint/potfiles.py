#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""po/POTFILES lists exactly the files with translatable text.

usage: potfiles.py ROOT [--write]
"""
import re
import sys
from pathlib import Path

from common import CODE, Report, bare_code, files, text_of

MARKED = re.compile(r"\b(?:_|N_|Q_|C_|NC_|ngettext|g_dngettext)\s*\(\s*\"")


def marked_files(root):
    for path in files(root):
        if path.suffix in CODE and path.parts[0] != "tests" and MARKED.search(
                bare_code(text_of(root, path), keep_strings=True)):
            yield path.as_posix()


def main(root, write=False):
    listing = Path(root) / "po/POTFILES"
    marked = list(marked_files(root))
    if write:
        listing.write_text("# SPDX-License-Identifier: LGPL-2.1-or-later\n"
                           "# Files with text for people; tests/lint/potfiles.py . --write rewrites this.\n"
                           + "".join(f"{name}\n" for name in marked), encoding="utf-8")
        return
    report = Report()
    listed = [line.strip() for line in listing.read_text(encoding="utf-8").splitlines()
              if line.strip() and not line.startswith("#")]
    for name in sorted(set(marked) - set(listed)):
        report.add("po/POTFILES", 0, f"{name} has translatable text and is not listed")
    for name in sorted(set(listed) - set(marked)):
        report.add("po/POTFILES", 0, f"{name} is listed and has no translatable text")
    report.finish()


main(sys.argv[1], "--write" in sys.argv[2:])
