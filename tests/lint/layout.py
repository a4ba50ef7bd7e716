# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where each layer of the table in meson.build lives, and on which plane it stands."""
import json

# Folder or file → layer.  The longest match wins.
FOLDERS = {
    "convert/base": "base",
    "convert/confine": "confine",
    "convert/confine/program": "confine-program",
    "convert/xml": "xml",
    "convert/document": "document",
    "convert/libvirt": "libvirt",
    "convert/model": "model",
    "convert/format": "format",
    "convert/format/archive/program": "archive-program",
    "convert/direct/disk": "disk",
    "convert/direct/wire": "wire",
    "convert/direct/program": "fs-program",
    "convert/config": "config",
    "convert/source": "source",
    "fixers/text": "text",
    "convert/network": "network",
    "convert/inspect": "inspect",
    "fixers/fixer.h": "fixers-linux",
    "fixers/linux": "fixers-linux",
    "domain": "domain",
    "domain/live": "live",
    "convert/plan": "plan",
    "convert/image": "image",
    "convert/fetch": "fetch",
    "convert/guest": "guest",
    "convert/appliance": "appliance",
    "convert/appliance/hold": "hold-program",
    "convert/direct": "direct",
    "convert/direct/part": "part-program",
    "convert/apply": "apply",
    "convert/check": "check",
    "convert/check/reaper": "boot-program",
    "convert/pipeline": "pipeline",
    "convert/api": "api",
    "virsh-plugin": "command",
    "tests": "tests",
}
CONTROL = {"config", "source", "text", "network", "inspect", "fixers-linux", "domain", "plan"}
DATA = {"image", "fetch", "guest", "appliance", "direct", "apply", "live", "check"}


def layer_of(path):
    """The layer that @path belongs to; None: no layer."""
    parts = path.parts
    for length in range(len(parts), 0, -1):
        layer = FOLDERS.get("/".join(parts[:length]))
        if layer:
            return layer
    return None


def load_layers(file):
    """Layer name → {"uses": [...], "libraries": [pkg-config names]}, as meson wrote it."""
    with open(file, encoding="utf-8") as stream:
        return json.load(stream)
