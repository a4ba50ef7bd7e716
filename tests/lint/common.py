# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the linters share: walking the tree, code without comments and strings, reporting."""
import os
import re
import sys
from pathlib import Path

CODE = (".cpp", ".h", ".c")
LEFT_OUT = re.compile(r"^(\.git|build.*|__pycache__|quickstart-result.*|\.cache)$")


def files(root):
    """Paths of the project's own files, relative to @root, sorted.  Samples of the linters are left out."""
    root = Path(root)
    for folder, folders, names in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = sorted(f for f in folders if not LEFT_OUT.match(f) and (here / f) != Path("tests/lint/samples"))
        for name in sorted(names):
            if name != ".git" and (root / here / name).is_file() and not (root / here / name).is_symlink():
                yield here / name


def text_of(root, path):
    """The content, or None for what is not text."""
    data = (Path(root) / path).read_bytes()
    if b"\0" in data[:8192]:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def is_data(path):
    """Goldens and fixtures: not ours to style."""
    return path.as_posix().startswith(("tests/data/", "tests/fuzz/corpus/", "tests/guests/files/")) or path.name == "COPYING"


def is_script(path, text):
    return path.suffix in (".py", ".sh") or text.startswith("#!")


TOKEN = re.compile(
    r'R"(?P<mark>[^()\\ ]{0,16})\((?:.|\n)*?\)(?P=mark)"'  # raw string
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"
    r"|//[^\n]*"
    r"|/\*(?:.|\n)*?\*/"
)


def bare_code(text, keep_strings=False):
    """C or C++ without comments and, unless @keep_strings, without the content of strings; line numbers stay."""

    def blank(match):
        found = match.group(0)
        if found.startswith("/"):
            return "\n" * found.count("\n")
        if keep_strings:
            return found
        return found[0] + "\n" * found.count("\n") + found[-1] if found[0] in "\"'" else '""' + "\n" * found.count("\n")

    return TOKEN.sub(blank, text)


class Report:
    """Collects findings; the exit status of a linter is that of finish()."""

    def __init__(self):
        self.found = 0

    def add(self, path, line, message):
        self.found += 1
        print(f"{path}:{line}: {message}" if line else f"{path}: {message}")

    def finish(self):
        sys.exit(1 if self.found else 0)
