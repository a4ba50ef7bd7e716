# SPDX-License-Identifier: LGPL-2.1-or-later
"""The part of JSON Schema that our schemas use."""
import json
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
KNOWN = {"$schema", "$defs", "$ref", "title", "description", "type", "required", "additionalProperties", "properties",
         "items", "minItems", "uniqueItems", "enum", "const", "pattern", "minimum"}


def resolved(schema, root):
    """@schema with what its $ref says; members beside it add to that."""
    if "$ref" not in schema:
        return schema
    assert schema["$ref"].startswith("#/$defs/"), schema["$ref"]
    target = resolved(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}


def is_of(value, kind):
    """A bool is an int to Python, and no number to JSON."""
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


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
    if "type" in schema and not is_of(value, schema["type"]):
        say(f"{where}: no {schema['type']}")
        return
    if "const" in schema and (value != schema["const"] or isinstance(value, bool) != isinstance(schema["const"], bool)):
        say(f"{where}: “{value}” is not “{schema['const']}”")
    if "minimum" in schema and value < schema["minimum"]:
        say(f"{where}: {value} is less than {schema['minimum']}")
    if "enum" in schema and value not in schema["enum"]:
        say(f"{where}: “{value}” is none of {', '.join(schema['enum'])}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        say(f"{where}: “{value}” is not spelled as “{schema['pattern']}” asks")
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            say(f"{where}: is empty")
        if schema.get("uniqueItems") and len({json.dumps(item) for item in value}) != len(value):
            say(f"{where}: has duplicate items")
        for number, item in enumerate(value):
            check(item, schema.get("items", {}), root, f"{where}[{number}]", say)
    if isinstance(value, dict):
        check_object(value, schema, root, where, say)
