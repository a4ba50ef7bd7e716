#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each row of the families of Linux distributions is as the schema beside them asks, and no ID means two families.

usage: families.py ROOT
"""
import json
import sys
from pathlib import Path

from common import Report
from json_schema import check

FILE = Path("osinfo-data/linux/families.json")
SCHEMA = Path("osinfo-data/linux/families.schema.json")


def check_ids(families, say):
    seen = {}
    for family in families:
        for word in family["ids"]:
            if word in seen:
                say(f"“{word}” means both {seen[word]} and {family['name']}")
            if word != word.lower():
                say(f"“{word}” of {family['name']} has capital letters, which os-release(5) does not allow")
            seen[word] = family["name"]
        for word in family["efi_folders"]:
            if word not in family["ids"]:
                say(f"“{word}” has EFI folders and is no ID of {family['name']}")


def main(root):
    report, root = Report(), Path(root)
    schema = json.loads((root / SCHEMA).read_text(encoding="utf-8"))
    found = []
    try:
        data = json.loads((root / FILE).read_text(encoding="utf-8"))
        check(data, schema, schema, "$", found.append)
        if not found:
            check_ids(data["families"], found.append)
    except json.JSONDecodeError as error:
        found.append(str(error))
    for text in found:
        report.add(FILE, 0, text)
    report.finish()


main(sys.argv[1])
