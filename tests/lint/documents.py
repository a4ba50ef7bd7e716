#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each example of a document is as the schema of its kind says, and each schema has an example.

usage: documents.py ROOT
"""
import json
import sys
from pathlib import Path

from common import Report
from json_schema import check

SCHEMAS = Path("docs/schema")
EXAMPLES = Path("tests/data/documents")


def main(root):
    report, root = Report(), Path(root)
    schemas = {path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
               for path in sorted((root / SCHEMAS).glob("*.schema.json"))}
    seen = set()
    for path in sorted((root / EXAMPLES).glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        kind = document.get("kind")
        seen.add(kind)
        if kind not in schemas:
            report.add(path.relative_to(root), 0, f"“{kind}” has no schema in {SCHEMAS}")
            continue
        check(document, schemas[kind], schemas[kind], "$",
              lambda text, path=path: report.add(path.relative_to(root), 0, text))
    for kind in sorted(set(schemas) - seen):
        report.add(SCHEMAS / f"{kind}.schema.json", 0, f"{EXAMPLES} has no “{kind}”")
    report.finish()


main(sys.argv[1])
