#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Turns the families of Linux distributions into a table that is compiled in.  tests/lint/families.py checks the rows.

usage: families-table.py FAMILIES.json TABLE.h
"""
import json
import sys


class Table:
    def __init__(self):
        self.arrays = []

    def array(self, kind, items):
        """The name of an array of @items, which are C++ already."""
        if not items:
            return "{}"
        name = f"array_{len(self.arrays)}"
        self.arrays.append(f"constexpr {kind} {name}[] = {{{', '.join(items)}}};")
        return name

    def words(self, texts):
        return self.array("std::string_view", [quoted(text) for text in texts])


def quoted(text):
    return json.dumps(text)


def row(table, family):
    efi = [f"{{{quoted(id)}, {table.words(folders)}}}" for id, folders in family["efi_folders"].items()]
    tools = [f"{{{quoted(of)}, {table.words(tool['packages'])}, {table.words(tool['services'])}}}"
             for of, tool in family["old_tools"].items()]
    return ("{" + ", ".join([
        quoted(family["name"]), table.words(family["ids"]), quoted(family["packages"]["format"]),
        quoted(family["packages"]["manager"]), table.words(family["initramfs_tools"]), table.words(family["network"]),
        table.words(family["boot_folders"]), table.array("EfiFolders", efi), quoted(family["agent"]["package"]),
        quoted(family["agent"]["service"]), table.array("OldTools", tools)]) + "}")


def main(source, target):
    with open(source, encoding="utf-8") as stream:
        families = json.load(stream)["families"]
    table = Table()
    rows = [row(table, family) for family in families]
    with open(target, "w", encoding="utf-8") as stream:
        stream.write("// Made from osinfo-data/linux/families.json.\n#pragma once\n")
        stream.write("\n".join(table.arrays) + "\nconstexpr LinuxFamily family_table[] = {\n")
        stream.write(",\n".join(rows) + "};\n")


main(*sys.argv[1:3])
