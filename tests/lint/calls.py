#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls and keywords that the code does without: shells, unbounded copies, exceptions, ownership by hand.

usage: calls.py ROOT
"""
import re
import sys

from common import CODE, Report, bare_code, files, text_of

# Pattern over code without strings and comments → why, and the files that may.
BANNED = [
    (r"(?<![\w.:>])(?:std::|::)?(?:system|popen)\s*\(", "no shells; run_command takes an argv", ()),
    (r"\bg_spawn_command_line_\w+\s*\(|\bg_shell_parse_argv\s*\(", "no shell lines; run_command takes an argv", ()),
    (r"(?<![\w.>])(?:str(?:cpy|cat|ncpy|tok)|v?sprintf|gets|alloca|mktemp|tmpnam)\s*\(", "unbounded or unsafe", ()),
    (r"\bstd::sto(?:i|l|ul|ll|ull|f|d|ld)\b", "throws; use parse_number", ()),
    (r"(?<![\w.>])ato(?:i|l|ll|f)\s*\(", "hides errors; use parse_number", ()),
    (r"\bstd::regex\b|#\s*include\s*<regex>", "throws; use GRegex or parse by hand", ()),
    (r"\b(?:throw|try)\b(?!\s*\()", "built without exceptions", ()),
    (r"(?:\.|->)at\s*\(", "throws; check first and use [] or find", ()),
    # A private constructor is out of reach for make_unique: std::unique_ptr<T>{new T} on one line is fine.
    (r"^(?!.*\bunique_ptr<[^;]*[({]\s*new ).*(?<!operator )\bnew\s+(?!\()[A-Za-z_:]", "use std::make_unique", ("convert/api/",)),
    (r"(?<!= )\bdelete\b(?!;)", "ownership belongs in Owned or Ref", ()),
    (r"(?<![\w.>])(?:g_free|free|g_object_unref|g_object_ref|g_error_free|g_strfreev|g_unref|g_clear_object)\s*\(",
     "ownership belongs in Owned or Ref", ("convert/base/", "convert/api/")),
    (r"\(void\)\s*H2K_TRY\b|maybe_unused\]\][^;=]*=\s*H2K_TRY\b", "use H2K_CHECK for a value that is not wanted", ()),
    (r"(?<![\w.>:])(?:::)?(?:g_)?close\s*\(\s*[^)\s]", "a Descriptor closes it", ("convert/base/descriptor.h",)),
    (r"\bguestfs_h\s*\*\s*\w+\s*[={]", "the time limit of Handle::call() would end before the call", ()),
    (r"(?<![\w.>:])(?:printf|puts|g_print|g_printerr|perror|putchar)\s*\(|\bstd::(?:cout|cerr)\b",
     "library code never prints", ("virsh-plugin/",)),
]
# The macro keeps the pointer and compares it after the temporary is gone.
DANGLING = re.compile(r"\bg_assert_cmpstr\s*\(.*\)\s*\.c_str\(\)")
SHELL = re.compile(r'"(?:/bin/|/usr/bin/)?(?:ba|da)?sh"\s*,\s*"-\w*c\w*"')
# What is compiled into programs of their own, and may print.
PROGRAMS = ("convert/check/reaper/reaper.cpp", "convert/check/reaper/worker.cpp")


def main(root):
    report = Report()
    banned = [(re.compile(pattern), why, free) for pattern, why, free in BANNED]
    for path in files(root):
        if path.suffix not in CODE:
            continue
        text, name = text_of(root, path), path.as_posix()
        lines = bare_code(text).splitlines()
        for number, line in enumerate(lines, 1):
            if DANGLING.search(line):
                report.add(path, number, "g_assert_cmpstr outlives the temporary; use assert_equal or another macro")
        if path.parts[0] == "tests":
            continue
        for number, line in enumerate(lines, 1):
            for pattern, why, free in banned:
                if name.startswith(free) or "prints" in why and name in PROGRAMS:
                    continue
                found = pattern.search(line)
                if found:
                    report.add(path, number, f"“{found.group(0).strip()}”: {why}")
        strings = bare_code(text, keep_strings=True)
        for found in SHELL.finditer(strings):
            report.add(path, strings.count("\n", 0, found.start()) + 1, "no shells; run_command takes an argv")
    report.finish()


main(sys.argv[1])
