#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One name, one type: no two files define a type of the same name in the same namespace.

Linked into one program, their functions are taken for each other's without a word from compiler or linker: the one
definition rule, [basic.def.odr] of the C++ standard.

usage: one-type.py ROOT
"""
import re
import sys

from common import CODE, Report, bare_code, files, text_of

PRODUCT = ("convert", "fixers", "domain", "virsh-plugin")
OPENS = re.compile(r"^namespace\s*([\w:]*)\s*\{")
CLOSES = re.compile(r"^\}\s*// namespace")
TYPE = re.compile(r"^(?:struct|class|union|enum class|enum)\s+(\w+)\b(?!\s*;)(?!.*\);)")


def types(text):
    """(name in its namespaces, line) of each type that other files could see."""
    scopes = []
    bare = bare_code(text).splitlines()
    for number, line in enumerate(text.splitlines(), 1):
        opens = OPENS.match(line)
        if opens:
            scopes.append(opens.group(1))
        elif CLOSES.match(line) and scopes:
            scopes.pop()
        found = TYPE.match(bare[number - 1])
        if found and "" not in scopes:
            yield "::".join([*scopes, found.group(1)]), number


def main(root):
    report = Report()
    first = {}
    for path in files(root):
        if path.suffix not in CODE or path.parts[0] not in PRODUCT:
            continue
        for name, number in types(text_of(root, path)):
            if first.setdefault(name, path) != path:
                report.add(path, number, f"{name} is also a type of {first[name]}; rename one, or hide it in the file")
    report.finish()


main(sys.argv[1])
