#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each row of the families of Linux distributions is as the schema beside them asks, and no ID means two families.

usage: families.py ROOT
"""
import json
import re
import sys
from pathlib import Path

from common import Report

FILE = Path("osinfo-data/linux/families.json")
SCHEMA = Path("osinfo-data/linux/families.schema.json")
TYPES = {"object": dict, "array": list, "string": str}
KNOWN = {"$schema", "$defs", "$ref", "title", "description", "type", "required", "additionalProperties", "properties",
         "items", "minItems", "uniqueItems", "enum", "pattern"}


def resolved(schema, root):
    """@schema with what its $ref says; members beside it add to that."""
    if "$ref" not in schema:
        return schema
    assert schema["$ref"].startswith("#/$defs/"), schema["$ref"]
    target = resolved(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}


def check_object(value, schema, root, where, say):
    for name in schema.get("required", []):
        if name not in value:
            say(f"{where}: “{name}” is missing")
    more = schema.get("additionalProperties", True)
    for name, member in value.items():
        rule = schema.get("properties", {}).get(name, more)
        if rule is False:
            say(f"{where}: “{name}” is not known")
        elif isinstance(rule, dict):
            check(member, rule, root, f"{where}.{name}", say)


def check(value, schema, root, where, say):
    """The part of JSON Schema that the schema uses; anything else in it is an error, not passed over."""
    schema = resolved(schema, root)
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        say(f"{where}: no {schema['type']}")
        return
    if "enum" in schema and value not in schema["enum"]:
        say(f"{where}: “{value}” is none of {', '.join(schema['enum'])}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        say(f"{where}: “{value}” is not spelled as “{schema['pattern']}” asks")
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            say(f"{where}: is empty")
        if schema.get("uniqueItems") and len({json.dumps(item) for item in value}) != len(value):
            say(f"{where}: says something twice")
        for number, item in enumerate(value):
            check(item, schema.get("items", {}), root, f"{where}[{number}]", say)
    if isinstance(value, dict):
        check_object(value, schema, root, where, say)


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
