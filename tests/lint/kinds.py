#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""No code asks a change for its kind: facts_of() describes all of them.

The kinds are read from convert/model/change.h.  Only what describes a change and what carries it out go through them.

usage: kinds.py ROOT
"""
import re
import sys

from common import CODE, Report, bare_code, files, text_of

HEADER = "convert/model/change.h"
FREE = (HEADER, "convert/model/change.cpp", "convert/guest/mounted_guest.cpp")
VARIANT = re.compile(r"std::variant<([\w\s,]+)>\s*action;")


def call_at(code, start):
    """The call whose name begins at @start, up to the bracket that ends it."""
    depth = 0
    for at in range(code.index("(", start), len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return code[start:at + 1]
    return code[start:]


def main(root):
    report = Report()
    paths = list(files(root))
    header = bare_code(text_of(root, next(path for path in paths if path.as_posix() == HEADER)))
    kinds = "|".join(kind.strip() for kind in VARIANT.search(header).group(1).split(","))
    asked = re.compile(rf"\b(?:get|get_if|holds_alternative)\s*<\s*(?:const\s+)?(?:h2k::)?({kinds})\s*>")
    for path in paths:
        if path.suffix not in CODE or path.parts[0] == "tests" or path.as_posix() in FREE:
            continue
        code = bare_code(text_of(root, path))
        for found in asked.finditer(code):
            report.add(path, code.count("\n", 0, found.start()) + 1,
                       f"asks whether a change is a {found.group(1)}; read facts_of()")
        for found in re.finditer(r"\bstd::visit\s*\(", code):
            if re.search(r"(?:\.|->)action\s*\)$", call_at(code, found.start())):
                report.add(path, code.count("\n", 0, found.start()) + 1,
                           "goes through the kinds of change; read facts_of()")
    report.finish()


main(sys.argv[1])
