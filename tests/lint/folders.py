#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Folders of product code are small, described, and know of each other only what docs/ARCHITECTURE.md says.

Each folder has a row "| `folder` | a sentence | what it may include |" there, or a row in the table of layers. Between
folders of one layer, a file may include what lies above or below its own folder, and what the row allows. Files that
include each other in a circle are one unit that was cut by size. A folder's meson.build lists its files, sorted.

usage: folders.py ROOT
"""
import re
import sys
from pathlib import Path, PurePosixPath

from common import CODE, Report, bare_code, files, text_of
from layout import layer_of

FILES = 25
# Parsers that have nothing to do with each other, one a file format.
UNBOUNDED = {"fixers/text"}
DOCUMENT = "docs/ARCHITECTURE.md"
PRODUCT = ("convert", "fixers", "domain", "virsh-plugin", "hooks")
ROW = re.compile(r"^\|(.*)\|\s*$")
FOLDER = re.compile(r"^`([\w/-]+)`$")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
FILES_CALL = re.compile(r"\bfiles\(([^)]*)\)")
LISTED = re.compile(r"'([\w./-]+\.(?:cpp|c))'")


def described_folders(text):
    """Folder → names it may include, of every row of a table that has a folder and a sentence."""
    found = {}
    for line in text.splitlines():
        match = ROW.match(line)
        cells = [cell.strip() for cell in match.group(1).split("|")] if match else []
        for at, cell in enumerate(cells[:-1]):
            folder = FOLDER.match(cell)
            if folder and cells[at + 1].endswith("."):
                allowed = cells[at + 2] if len(cells) > at + 2 else ""
                found[folder.group(1)] = re.findall(r"`([\w/-]+)`", allowed)
                break
    return found


def unit_of(path):
    """A source file and its headers, also the one that only its library sees."""
    return path.with_suffix("").as_posix().removesuffix("-private")


def is_above(folder, other):
    return other.startswith(folder + "/")


def check_folders(root, product, described, report):
    by_folder = {}
    for path in product:
        by_folder.setdefault(path.parent.as_posix(), []).append(path.name)
    for folder, names in sorted(by_folder.items()):
        if folder not in described:
            report.add(DOCUMENT, 0, f"the folder {folder} has no row with a sentence")
        if len(names) > FILES and folder not in UNBOUNDED:
            report.add(folder, 0, f"{len(names)} files, more than {FILES}: divide it by concern")
        recipe = Path(root) / folder / "meson.build"
        sources = sorted(name for name in names if not name.endswith(".h"))
        if sources:
            text = recipe.read_text(encoding="utf-8") if recipe.is_file() else ""
            lists = [LISTED.findall(block) for block in FILES_CALL.findall(text)]
            listed = {name for name in LISTED.findall(text) if "/" not in name}
            for names in lists:
                if names != sorted(names):
                    report.add(f"{folder}/meson.build", 0, f"{' '.join(names)} are not sorted")
            if listed != set(sources):
                report.add(f"{folder}/meson.build", 0,
                           f"lists {' '.join(sorted(listed)) or 'nothing'} and not {' '.join(sources)}")
    for folder in sorted(set(described) - set(by_folder)):
        if not (Path(root) / folder).is_dir():
            report.add(DOCUMENT, 0, f"the folder {folder} has a row and is not there")


def check_arrows(included, described, report):
    for path, targets in sorted(included.items()):
        here = path.parent.as_posix()
        for target, line in targets:
            there = target.parent.as_posix()
            if here == there or layer_of(path) != layer_of(target) or is_above(here, there) or is_above(there, here):
                continue
            if there not in described.get(here, []):
                report.add(path, line, f"the folder {here} may not include “{target}”; see the table in {DOCUMENT}")


def circles(graph):
    """Strongly connected parts of more than one unit, after Tarjan."""
    index, low, stack, found = {}, {}, [], []

    def visit(unit):
        index[unit] = low[unit] = len(index)
        stack.append(unit)
        for other in graph.get(unit, ()):
            if other not in index:
                visit(other)
            if other in stack:
                low[unit] = min(low[unit], low[other])
        if low[unit] == index[unit]:
            at = stack.index(unit)
            part = stack[at:]
            del stack[at:]
            if len(part) > 1:
                found.append(sorted(part))

    sys.setrecursionlimit(10000)
    for unit in sorted(graph):
        if unit not in index:
            visit(unit)
    return sorted(found)


def main(root):
    report = Report()
    described = described_folders(text_of(root, Path(DOCUMENT)) or "")
    product = [path for path in files(root) if path.suffix in CODE and path.parts[0] in PRODUCT]
    included, graph = {}, {}
    for path in product:
        code = bare_code(text_of(root, path), keep_strings=True)
        for match in INCLUDE.finditer(code):
            target = PurePosixPath(match.group(1) if "/" in match.group(1) else (path.parent / match.group(1)).as_posix())
            if not (Path(root) / target).is_file():
                continue # the include lock's business
            included.setdefault(path, []).append((target, code.count("\n", 0, match.start(1)) + 1))
            unit, other = unit_of(path), unit_of(target)
            if unit != other:
                graph.setdefault(unit, set()).add(other)
    check_folders(root, product, described, report)
    check_arrows(included, described, report)
    arrows = {folder: set(allowed) for folder, allowed in described.items() if allowed}
    for part in circles(arrows):
        report.add(DOCUMENT, 0, f"the folders {', '.join(part)} may include each other in a circle")
    for part in circles(graph):
        report.add(part[0], 0, f"includes in a circle with {', '.join(part[1:])}: one unit, cut by size")
    report.finish()


main(sys.argv[1])
