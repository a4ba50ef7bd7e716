#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The man page and the program's own help name the same options and commands.

usage: man-options.py MAN.rst PROGRAM [ARGUMENT...]
"""
import re
import subprocess
import sys
from pathlib import Path

# No word character before it: "--no-define" is one option, "a--b" none.
OPTION = re.compile(r"(?<![\w-])(--?[a-zA-Z][\w-]*)")
# Further lines of a text are indented more.
HELP_LINE = re.compile(r"^ {2}(?: {4})?((?:-\w, )?--[\w-]+|-\w\b)")
HELP_COMMAND = re.compile(r"^  ([a-z][a-z-]+)  ", re.M)
ENTRY = re.compile(r"^\*\*([a-z][a-z-]+(?: [a-z][a-z-]+)*)\*\*(?!\\ \()")


def help_of(program, command):
    ran = subprocess.run(program + command + ["--help"], text=True, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if ran.returncode != 0:
        sys.exit(f"{' '.join(program + command)} --help ended with status {ran.returncode}:\n{ran.stdout}")
    return ran.stdout


def answers(program, option):
    """Does @option stand alone, as --version does?"""
    return subprocess.run(program + [option], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def options_in_help(text):
    found = set()
    for line in text.splitlines():
        match = HELP_LINE.match(line)
        if match:
            found |= set(OPTION.findall(match.group(1)))
    return found


def entries_of(page):
    """Names of the page's definition entries: lines that start with ** in the sections about options and commands.

    A command below another one stands with it: **config show**.
    """
    options, commands = set(), set()
    for line in page.splitlines():
        if line.startswith("**-"):
            options |= set(OPTION.findall(line.replace("*", " ")))
        match = ENTRY.match(line)
        if match:
            commands.add(match.group(1))
    return options, commands


def offered_by(program, words=()):
    """Options and commands that the help of @words and of all commands below them lists."""
    text = help_of(program, list(words))
    options, commands = options_in_help(text), set()
    for name in HELP_COMMAND.findall(text):
        more, below = offered_by(program, (*words, name))
        options |= more
        commands |= below or {" ".join((*words, name))}
    return options, commands


def main(man, *program):
    options, commands = entries_of(Path(man).read_text(encoding="utf-8"))
    program = list(program)
    offered, listed = offered_by(program)
    wrong = []
    for command in sorted(commands - listed):
        wrong.append(f"the man page describes the command {command}, --help does not list it")
    for command in sorted(listed - commands):
        wrong.append(f"--help lists the command {command}, the man page does not describe it")
    for option in sorted(offered - options):
        wrong.append(f"{option} stands in --help and not in the man page")
    for option in sorted(options - offered):
        if answers(program, option):
            continue
        wrong.append(f"{option} stands in the man page and not in --help")
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
