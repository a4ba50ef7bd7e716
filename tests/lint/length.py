#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files and functions stay short enough to be read in one go.

Functions are found by the repository's own layout: clang-format ends each definition at namespace level with a
"}" in the first column.

usage: length.py ROOT
"""
import re
import sys

from common import CODE, Report, bare_code, files, is_data, is_script, text_of

FILE_LINES = 330
FUNCTION_LINES = 50
NOT_A_FUNCTION = re.compile(r"^(?:namespace|class|struct|enum|union|extern|template <[^(]*> (?:class|struct)|typedef)\b")


def functions(code):
    """(first line, length) of each block at namespace level with a parameter list before it."""
    first, opened, parameters = 0, False, False
    for number, line in enumerate(code.splitlines(), 1):
        end = line.rstrip()[-1:]
        if not first:
            if not re.match(r"[A-Za-z_\[]", line) or NOT_A_FUNCTION.match(line) or end in ";}:":
                continue
            first, opened, parameters = number, end == "{", "(" in line
        elif not opened:
            parameters = parameters or "(" in line
            opened = end == "{"
            if end in (";", "}"):
                first = 0
        elif line.startswith("}"):
            if line == "}" and parameters:
                yield first, number - first + 1
            first = 0


def main(root):
    report = Report()
    for path in files(root):
        text = None if is_data(path) else text_of(root, path)
        if text is None or not (path.suffix in CODE or is_script(path, text)):
            continue
        lines = len(text.splitlines())
        if lines > FILE_LINES:
            report.add(path, 0, f"{lines} lines, more than {FILE_LINES}: split it by concern")
        if path.suffix in CODE and path.parts[0] != "tests":
            for number, length in functions(bare_code(text)):
                if length > FUNCTION_LINES:
                    report.add(path, number, f"a function of {length} lines, more than {FUNCTION_LINES}")
    report.finish()


main(sys.argv[1])
