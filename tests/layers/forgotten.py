#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A kind of change that nothing describes, or that nothing carries out, does not compile.

Each of the two files that go through all kinds is compiled against a copy of change.h that has one kind more, as it is
and with a line for that kind.

usage: forgotten.py ROOT BUILD
"""
import json
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HEADER = "convert/model/change.h"
KIND = "struct NewKind {\n    std::string path;\n};\n"
# File → where a line for the new kind goes, and that line.
VISITS = {
    "convert/model/change.cpp": (
        "bool is_secret(", 'ChangeFacts describe(const NewKind &one) { return {.kind = "new", .path = one.path}; }\n'),
    "convert/guest/mounted_guest.cpp": (
        "[&](const SetLabels &", "[&](const NewKind &) -> Result<> { return {}; },\n"),
}


def insert_before(text, mark, more):
    if text.count(mark) != 1:
        sys.exit(f"“{mark}” stands {text.count(mark)} times where it should once")
    return text.replace(mark, more + mark)


def command_of(build, source):
    """The command that compiles @source, and its folder; None: it is not built here."""
    with open(build / "compile_commands.json", encoding="utf-8") as file:
        for entry in json.load(file):
            if Path(entry["directory"], entry["file"]).resolve() == source.resolve():
                return shlex.split(entry["command"]), entry["directory"], entry["file"]
    return None


def compile_with(command, include, file):
    """What the compiler complains of when it compiles @file with @include before all folders; empty: nothing."""
    words, folder, name = command
    keep = [word for word in words if word != name]
    for option in ("-o", "-MF", "-MQ"):
        if option in keep:
            at = keep.index(option)
            del keep[at:at + 2]
    first = next(at for at, word in enumerate(keep) if word.startswith("-"))
    keep[first:first] = ["-I", str(include)] if include else []
    keep = [word for word in keep if word not in ("-c", "-MD")] + ["-fsyntax-only", str(file)]
    ran = subprocess.run(keep, cwd=folder, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    return (ran.stderr or "no reason given") if ran.returncode else ""


def report(number, name, why):
    print(f"{'not ok' if why else 'ok'} {number} - {name}")
    for line in why.splitlines()[:40]:
        print("# " + line)


def main(root, build):
    with tempfile.TemporaryDirectory() as folder:
        header = Path(folder, HEADER)
        header.parent.mkdir(parents=True)
        text = insert_before((root / HEADER).read_text(encoding="utf-8"), "/// One thing to do to a guest", KIND)
        text, found = re.subn(r">(\s*action;)", r", NewKind>\1", text)
        if found != 1:
            sys.exit("the kinds of change were not found")
        header.write_text(text, encoding="utf-8")
        print(f"1..{2 * len(VISITS)}")
        for number, (name, (mark, more)) in enumerate(VISITS.items()):
            command = command_of(build, root / name)
            if not command:
                print(f"ok {2 * number + 1} - {name} # SKIP not built here")
                print(f"ok {2 * number + 2} - {name} # SKIP not built here")
                continue
            errors = compile_with(command, folder, root / name)
            report(2 * number + 1, f"{name} has to know every kind",
                   "" if "NewKind" in errors else errors or "it compiles without the new kind")
            known = Path(folder, Path(name).name)
            known.write_text(insert_before((root / name).read_text(encoding="utf-8"), mark, more), encoding="utf-8")
            report(2 * number + 2, f"{name} compiles with the new kind", compile_with(command, folder, known))


main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
