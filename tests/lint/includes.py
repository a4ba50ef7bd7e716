#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The include lock: each file includes only what its layer's row in meson.build lets it use.

usage: includes.py ROOT LAYERS.json
"""
import re
import sys
from pathlib import Path

from common import CODE, Report, bare_code, files, text_of
from layout import CONTROL, DATA, layer_of, load_layers

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)

# Start of a header's name → the library that it needs in the row.
LIBRARIES = {
    "glib": "glib-2.0", "gio/": "glib-2.0", "gmodule.h": "glib-2.0", "json-glib/": "json-glib-1.0",
    "libxml/": "libxml-2.0", "libvirt/": "libvirt", "libvirt-glib/": "libvirt-glib-1.0",
    "libvirt-gobject/": "libvirt-gobject-1.0", "osinfo/": "libosinfo-1.0", "guestfs.h": "libguestfs",
    "hivex.h": "hivex", "archive.h": "libarchive", "archive_entry.h": "libarchive", "yaml.h": "yaml-0.1",
    "curl/": "libcurl", "png.h": "libpng", "gdk-pixbuf/": "gdk-pixbuf-2.0", "zlib.h": "zlib", "lzma.h": "liblzma",
    "zstd.h": "libzstd", "libnbd.h": "libnbd", "seccomp.h": "libseccomp", "ext2fs/": "ext2fs", "et/": "ext2fs",
    "blkid": "blkid", "fuse": "fuse3",
}
# Libraries that no row may open to another layer.
ONLY_IN = {"libguestfs": {"appliance"}, "hivex": {"appliance"}, "libosinfo-1.0": {"domain", "inspect"},
           "libvirt": {"libvirt", "live", "source", "boot-program"}, "libvirt-glib-1.0": {"live", "check"},
           "libxml-2.0": {"xml", "domain", "live"}, "libcurl": {"source"}, "yaml-0.1": {"document"},
           "libpng": {"check"}, "ext2fs": {"fs-program"}, "blkid": {"fs-program"}, "fuse3": {"part-program"}}
EVERYWHERE = {"glib-2.0"}
PLATFORM = re.compile(r"^(?:[a-z_0-9]+|c[a-z]+|(?:sys|linux|net|netinet|arpa|bits)/.*|"
                      r"(?:assert|cpuid|ctype|dirent|dlfcn|endian|errno|fcntl|fnmatch|ftw|getopt|glob|grp|inttypes|libintl|"
                      r"limits|locale|math|netdb|poll|pthread|pty|pwd|sched|setjmp|signal|spawn|stdarg|stdbool|"
                      r"stddef|stdint|stdio|stdlib|string|strings|syslog|termios|time|ucontext|unistd|utime|"
                      r"wait|x86intrin|immintrin)\.h)$")
# What meson makes in the build folder.
MADE = {"config.h", "families-table.h", "convert/api/h2k-enums.h", "convert/api/h2k-version.h"}
# What the installed headers of the command's one library are.
PUBLIC = re.compile(r"^(convert/api/[\w-]+\.h|convert/base/codes\.h)$")


def library_of(header):
    for start, library in LIBRARIES.items():
        if header.startswith(start):
            return library
    return None


def check_table(layers, report):
    for name, row in layers.items():
        if name in CONTROL:
            for used in set(row["uses"]) & DATA:
                report.add("meson.build", 0, f"layer {name} decides and must not use {used}, which acts")
        for library in row["libraries"]:
            if name not in ONLY_IN.get(library, {name}):
                report.add("meson.build", 0, f"layer {name} must not use {library}")


def check_own(root, layer, row, header, where, report):
    if layer == "api" and "/" not in header:
        # Installed headers name each other as they lie beside each other.
        header = (where[0].parent / header).as_posix()
    if header in MADE:
        return
    target = Path(header)
    if not (Path(root) / target).is_file() or ".." in target.parts:
        report.add(*where, f'"{header}" is not a file from the top of the repository')
        return
    if layer == "command":
        if not header.startswith("virsh-plugin/") and not PUBLIC.match(header):
            report.add(*where, f"the command uses the public headers only, not “{header}”")
        return
    other = layer_of(target)
    if other is None:
        report.add(*where, f"“{header}” belongs to no layer; say where it stands in tests/lint/layout.py")
    elif other not in ({layer} | set(row["uses"])):
        report.add(*where, f"layer {layer} may not use layer {other} (“{header}”)")


def check_system(layer, row, header, where, report):
    library = library_of(header)
    if library is None:
        if not PLATFORM.match(header):
            report.add(*where, f"<{header}> is of no known library; name it in tests/lint/includes.py")
    elif library not in EVERYWHERE and (library not in row["libraries"] or layer not in ONLY_IN.get(library, {layer})):
        report.add(*where, f"layer {layer} may not use {library} (<{header}>)")


def main(root, table):
    layers = load_layers(table)
    report = Report()
    check_table(layers, report)
    for path in files(root):
        if path.suffix not in CODE:
            continue
        layer = layer_of(path)
        if layer == "tests":
            continue
        if layer not in layers:
            report.add(path, 0, "belongs to no layer; say where it stands in tests/lint/layout.py")
            continue
        code = bare_code(text_of(root, path), keep_strings=True)
        for match in INCLUDE.finditer(code):
            where = path, code.count("\n", 0, match.start(1)) + 1
            if match.group(1) == '"':
                check_own(root, layer, layers[layer], match.group(2), where, report)
            else:
                check_system(layer, layers[layer], match.group(2), where, report)
    report.finish()


main(*sys.argv[1:3])
