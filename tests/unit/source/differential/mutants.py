# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes of headers and descriptors, drawn from a random generator with a fixed seed."""

import re
import struct

# Names of files that exist beside the images (see scenes.py), and some that do not.
STRANGE = [
    "plain", "a b", " lead", "tail ", "tab\there", "cr\rhere", "line\nhere", "nbd:x", "json:{}", "file:x", "a:b", "fat:", "#c", "=x", "it's", "é",
    "cr", "x", "nbd:unix:x", "%41", "back\\slash", "..x", "a,b", "x=y", "\x01", "\x7f", "w" * 200,
]
MISSING = ["../outside", "/etc/hostname", "./plain", ".//plain", "sub/plain", "sub/../plain", ".", "..", "", "nul\0here", "w" * 600, 'quo"te', "missing"]
NUMBERS = [0, 1, 2, 3, 7, 8, 16, 64, 72, 104, 128, 255, 511, 512, 513, 1023, 1024, 2047, 2048, 2049, 4096, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]


def name_like(rng, suffix):
    name = rng.choice(STRANGE if rng.random() < 0.7 else MISSING)
    return name if rng.random() < 0.1 else name + suffix


SUFFIXES = ["-flat.vmdk", "-sparse.vmdk", ".vmdk"]


def suffix_like(rng, name):
    """Mostly that of files of the same kind."""
    if rng.random() < 0.1:
        return rng.choice(SUFFIXES)
    return SUFFIXES[0] if re.search(r"-f(lat|\d+)\.", name) else SUFFIXES[1] if re.search(r"-s(parse|\d+)\.", name) else SUFFIXES[2]


def quoted_name(rng, text):
    """Another name within quotes."""
    places = list(re.finditer(r'"([^"\n]*\.vmdk)"', text))
    if not places:
        return text
    place = rng.choice(places)
    return text[:place.start(1)] + name_like(rng, suffix_like(rng, place[1])) + text[place.end(1):]


def lines_moved(rng, text):
    lines = text.split("\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines) + 1)
    how = rng.randrange(4)
    line = lines[at] if how == 0 else lines.pop(at)
    if how < 2:
        lines.insert(to, line)
    elif how == 2 and lines:
        other = rng.randrange(len(lines))
        lines[other] += rng.choice([line, " " + line, "\t" + line, "\r" + line])
    return "\n".join(lines)


def line_added(rng, text):
    lines = text.split("\n")
    name = name_like(rng, rng.choice(["-flat.vmdk", ".vmdk"]))
    new = rng.choice([
        "", " ", "\t", "\r", "#", "# RW 2048 FLAT \"plain-flat.vmdk\" 0", f'#parentFileNameHint="{name}"', f'# parentFileNameHint = "{name}"',
        f'parentFileNameHint="{name}"', f'parentFileNameHint = "{name}"', f'parentFileNameHint=""', f'ddb.x = "parentFileNameHint={name}"',
        f"ddb.parentFileNameHint={name}", 'createType="vmfs"', '#createType="monolithicFlat"', 'ddb.y = "createType=vmfs"', "CID=12345678",
        "#CID=12345678", "parentCID=12345678", "#parentCID=ffffffff", "ddb.parentCID=ffffffff", f'RW 2048 FLAT "{name}" 0', f'RW 2048 VMFS "{name}"',
        f'RW 2048 SPARSE "{name}"', f'RDONLY 2048 FLAT "{name}" 0', 'NOACCESS 2048 ZERO', "ddb.z=\x00", "#" + "x" * rng.choice([100, 600, 9000, 11000]),
        "\ufeff", 'RW 2048 ZERO', f'RW 2048 FLAT "{name}', f'RW 2048 FLAT\n"{name}" 0', "RW", f'RW\v2048 FLAT "{name}" 0', 'encoding="UTF-8"',
    ])
    lines.insert(rng.randrange(len(lines) + 1), new)
    return "\n".join(lines)


def spaced(rng, text):
    """Other blanks, in one line or in all."""
    how = rng.randrange(9)
    if how == 0:
        return text.replace("\n", "\r\n")
    if how == 1:
        return "\ufeff" + text
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    change = [
        lambda line: line + "\r", lambda line: line.replace(" ", "\t"), lambda line: line.replace(" ", "  "), lambda line: rng.choice(" \t\v\f\r") + line,
        lambda line: line + rng.choice([" ", "\t", "\0", "\v", " x", ' "x"', " 0"]), lambda line: line.replace("=", rng.choice([" = ", " =", "= ", "=="])),
        lambda line: line.replace('"', rng.choice(["", "'", '""', '\\"'])),
    ][how - 2]
    lines[at] = change(lines[at])
    return "\n".join(lines)


def renumbered(rng, text):
    places = list(re.finditer(r"\d+", text))
    place = rng.choice(places) if places else None
    if not place:
        return text
    number = rng.choice([str(rng.choice(NUMBERS)), "+" + place[0], "-" + place[0], "0" + place[0], "0x" + place[0], place[0] + "0", str(int(place[0]) + 1),
                         "9" * 25, place[0] + ".0", place[0] + " "])
    return text[:place.start()] + number + text[place.end():]


def respelt(rng, text):
    words = ["createType", "parentFileNameHint", "parentCID", "CID", "RW", "FLAT", "SPARSE", "VMFS", "version", "monolithicFlat", "twoGbMaxExtentSparse"]
    word = rng.choice(words)
    others = [word.lower(), word.upper(), word + " ", " " + word, word + rng.choice(words), rng.choice(words), word[:-1], "x" + word]
    return text.replace(word, rng.choice(others), 1)


def byte_changed(rng, text):
    if not text:
        return text
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(["", chr(rng.randrange(128)), text[at] + rng.choice('\0\r\n\t "=:#\\')]) + text[at + 1:]


def descriptor(rng, data):
    """@data, bytes of a descriptor, with one to three changes."""
    text = data.decode("utf-8", "surrogateescape")
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        change = rng.choice([quoted_name, quoted_name, quoted_name, lines_moved, line_added, line_added, spaced, renumbered, respelt, byte_changed])
        text = change(rng, text)
    return text.encode("utf-8", "surrogateescape")


def header(rng, data, length):
    """@data with changes in its first @length bytes."""
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 3])):
        at = rng.randrange(min(length, len(changed)))
        how = rng.randrange(3)
        if how == 0:
            changed[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            changed[at] = rng.choice([0, 1, 2, 3, 0x7F, 0x80, 0xFF, rng.randrange(256)])
        else:
            form = rng.choice(["<H", ">H", "<I", ">I", "<Q", ">Q"])
            size = struct.calcsize(form)
            at -= at % size
            changed[at:at + size] = struct.pack(form, rng.choice(NUMBERS) & ((1 << 8 * size) - 1))
    return bytes(changed[:len(data)])


def qcow2(rng, data):
    """A qcow2 header, mostly what it says of the file below it."""
    offset, length = struct.unpack_from(">QI", data, 8)
    if not offset or rng.random() < 0.4:
        return header(rng, data, rng.choice([32, 112, 600]))
    changed = bytearray(data)
    suffix = rng.choice([".qcow2", ".raw", ".vmdk", ""])
    name = name_like(rng, suffix).encode()
    if rng.random() < 0.3:
        name = rng.choice([b"nbd:", b"json:", b"file:", b"raw:", b'json:{"driver":"file","filename":"', b"./", b"/"]) + name
    if rng.random() < 0.3:
        name = bytes(changed[offset:offset + length]) + rng.choice([b"\0", b"\0x", b" ", b"\n", b"\r", b"/", b"/."])
    changed[offset:offset + len(name)] = name
    struct.pack_into(">I", changed, 16, len(name) if rng.random() < 0.9 else rng.choice(NUMBERS) & 0xFFFFFFFF)
    if rng.random() < 0.3:
        changed = changed.replace(rng.choice([b"raw\0", b"qcow2\0"]), rng.choice([b"qcow2\0", b"raw\0\0\0", b"vmdk\0\0", b"RAW\0\0\0"]), 1)
    return bytes(changed)
