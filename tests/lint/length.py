#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files and functions stay short enough to be read in one go.

Functions are found by the repository's own layout: clang-format ends each definition with a "}" that is indented as its
first line is.

usage: length.py ROOT
"""
import re
import sys

from common import CODE, Report, bare_code, files, is_data, is_script, text_of

FILE_LINES = 330
FUNCTION_LINES = 50
SCOPE = re.compile(r"^(?:template <[^(]*> )?(?:namespace|class|struct|union|extern)\b(?!.*\))")
LABEL = re.compile(r"^(?:public|private|protected|case .*|default):$|^#")


def functions(code):
    """(first line, length) of each block with a parameter list at namespace level or in a class."""
    scopes = [-1]  # how far the lines that open the namespaces and classes around are indented
    first, statement, body = 0, "", None
    for number, line in enumerate(code.splitlines(), 1):
        text, indent = line.strip(), len(line) - len(line.lstrip())
        if body is not None:
            if indent == body and text.startswith("}"):
                if "(" in statement and text == "}":
                    yield first, number - first + 1
                first, statement, body = 0, "", None
            continue
        if not text or LABEL.match(text):
            continue
        if not statement and text.startswith("}"):
            if len(scopes) > 1 and indent <= scopes[-1]:
                scopes.pop()
            continue
        first, start = (first, start) if statement else (number, indent)
        statement += text + " "
        if text.endswith("{"):
            if SCOPE.match(statement):
                scopes.append(start)
                first, statement = 0, ""
            else:
                body = start
        elif text.endswith((";", "}")):
            first, statement = 0, ""


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
