# SPDX-License-Identifier: LGPL-2.1-or-later
"""One disk in each format, subformat and kind of chain that is read."""

import json
import os
import subprocess
import tempfile

GRAIN = 64 << 10
EMPTY = bytes(GRAIN)
SECTOR = 512
MAKE_DIFFERENCING = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "make-differencing")

# The name that a test has for it: the extension of its file, qemu's driver and options.
FORMATS = {
    "monolithicSparse": ("vmdk", "vmdk", ["subformat=monolithicSparse"]),
    "monolithicFlat": ("vmdk", "vmdk", ["subformat=monolithicFlat"]),
    "twoGbMaxExtentSparse": ("vmdk", "vmdk", ["subformat=twoGbMaxExtentSparse"]),
    "twoGbMaxExtentFlat": ("vmdk", "vmdk", ["subformat=twoGbMaxExtentFlat"]),
    "streamOptimized": ("vmdk", "vmdk", ["subformat=streamOptimized"]),
    "vhd": ("vhd", "vpc", ["subformat=dynamic", "force_size=on"]),
    "vhd-geometry": ("vhd", "vpc", ["subformat=dynamic"]),
    "vhd-fixed": ("vhd", "vpc", ["subformat=fixed", "force_size=on"]),
    "vhdx": ("vhdx", "vhdx", ["subformat=dynamic"]),
    "vhdx-fixed": ("vhdx", "vhdx", ["subformat=fixed"]),
    "vdi": ("vdi", "vdi", []),
    "vdi-static": ("vdi", "vdi", ["static=on"]),
    "qcow2": ("qcow2", "qcow2", []),
    "raw": ("img", "raw", []),
}


def qemu_img(*words, folder=None):
    subprocess.run(["qemu-img", *words], check=True, cwd=folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def information(path):
    said = subprocess.run(["qemu-img", "info", "--output=json", path], check=True, capture_output=True, text=True)
    return json.loads(said.stdout)


def virtual_size(path):
    return information(path)["virtual-size"]


def raw_of(path, raw):
    """Writes what @path reads as to the file @raw, with holes."""
    qemu_img("convert", "-f", information(path)["format"], "-O", "raw", path, raw)
    return raw


def convert(raw, path, kind):
    """Writes the raw disk @raw to @path as FORMATS says of @kind."""
    _, driver, options = FORMATS[kind]
    more = [word for option in options for word in ("-o", option)]
    qemu_img("convert", "-f", "raw", "-O", driver, *more, raw, path)
    return path


def extents(raw, path, kind, names, cuts=()):
    """A descriptor at @path over flat extents beside it, called @names and cut at the byte offsets @cuts.

    @kind is the createType: "vmfs" has extents of the type VMFS, twoGbMaxExtentFlat and monolithicFlat have FLAT ones.
    Syntax: VMware's "Virtual Disk Format 5.0", sections "The Descriptor File" and "The Extent Description".
    """
    folder, size = os.path.dirname(path), os.path.getsize(raw)
    bounds = [0, *cuts, size]
    lines = []
    for name, begin, end in zip(names, bounds[:-1], bounds[1:], strict=True):
        subprocess.run(["dd", "if=" + raw, "of=" + os.path.join(folder, name), "bs=1M", "iflag=skip_bytes,count_bytes",
                        f"skip={begin}", f"count={end - begin}", "conv=sparse", "status=none"], check=True)
        os.truncate(os.path.join(folder, name), end - begin)
        sectors = (end - begin) // SECTOR
        lines.append(f'RW {sectors} VMFS "{name}"' if kind == "vmfs" else f'RW {sectors} FLAT "{name}" 0')
    text = "\n".join(["# Disk DescriptorFile", "version=1", 'encoding="UTF-8"', "CID=1a2b3c4d", "parentCID=ffffffff",
                      f'createType="{kind}"', "", "# Extent description", *lines, "", "# The Disk Data Base", "#DDB", "",
                      'ddb.virtualHWVersion = "14"', f'ddb.geometry.cylinders = "{max(1, size // SECTOR // 255 // 63)}"',
                      'ddb.geometry.heads = "255"', 'ddb.geometry.sectors = "63"', 'ddb.adapterType = "lsilogic"', ""])
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def grains_with(raw, wanted):
    """Offsets of the whole grains of @raw for whose content @wanted holds."""
    found = []
    with open(raw, "rb") as file:
        at = 0
        while len(grain := file.read(GRAIN)) == GRAIN:
            if wanted(grain):
                found.append(at)
            at += GRAIN
    return found


def spread(offsets, most):
    """At most @most of @offsets, from all over."""
    step = max(1, len(offsets) // most)
    return offsets[::step][:most]


def copy(raw, to):
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", raw, to], check=True)
    return to


def put(raw, offset, data):
    with open(raw, "r+b") as file:
        file.seek(offset)
        file.write(data)


def write_grains(image, driver, raw, offsets):
    """Writes the grains of @raw at @offsets to the same places of @image."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(image)) as folder, open(raw, "rb") as source:
        lines = []
        for offset in offsets:
            source.seek(offset)
            part = os.path.join(folder, str(offset))
            with open(part, "wb") as file:
                file.write(source.read(GRAIN))
            lines.append(f"write -q -s {part} {offset} {GRAIN}\n")
        subprocess.run(["qemu-io", "-f", driver, image], input="".join(lines), check=True, text=True,
                       stdout=subprocess.DEVNULL)


def chain(raw, folder, name, links=3):
    """A chain of VMDK snapshots as VMware names them; gives the path of the top.

    Only the top reads as @raw: of each link the ones below lack some grains or hold them wrong, some of them empty
    in @raw and written with nothing but zeros above.
    """
    full = spread(grains_with(raw, EMPTY.__ne__), 96)
    empty = spread(grains_with(raw, EMPTY.__eq__), 16)
    owned = [full[i::links - 1] + empty[i::links - 1] for i in range(links - 1)]
    content = copy(raw, os.path.join(folder, "content.raw"))
    for at in full + empty:
        put(content, at, bytes([0xBA, 0xD0]) * (GRAIN // 2))
    names = [f"{name}.vmdk"] + [f"{name}-{number:06}.vmdk" for number in range(1, links)]
    convert(content, os.path.join(folder, names[0]), "monolithicSparse")
    for number in range(1, links):
        # A child remembers its parent's CID, which changes when that is written: each is made when the other is done.
        qemu_img("create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", names[number - 1], names[number], folder=folder)
        wrong = [at for later in owned[number:] for at in later[::3]]
        for at in wrong:
            put(content, at, bytes([number]) * GRAIN)
        write_grains(os.path.join(folder, names[number]), "vmdk", content, wrong)
        write_grains(os.path.join(folder, names[number]), "vmdk", raw, owned[number - 1])
    os.unlink(content)
    top = os.path.join(folder, names[-1])
    qemu_img("compare", "-q", "-f", "raw", "-F", "vmdk", raw, top)
    return top


def differencing(kind, parent, child, changes):
    """A differencing VHD or VHDX over @parent that holds each (offset, length, byte) of @changes."""
    words = [word for offset, length, byte in changes
             for word in ("--at", str(offset), "--byte", str(byte), "--length", str(length))]
    subprocess.run([MAKE_DIFFERENCING, kind, parent, child, *words], check=True, stdin=subprocess.DEVNULL)
    return child


def differencing_of_zeros(raw, folder, name, kind):
    """A base and a differencing child that together read as @raw; gives the child's path.

    The base holds dirt where @raw has nothing, in grains of which the child says that they are zeros.
    """
    dirty = spread(grains_with(raw, EMPTY.__eq__), 24)
    content = copy(raw, os.path.join(folder, "content.raw"))
    for at in dirty:
        put(content, at, b"dirt" * (GRAIN // 4))
    base = convert(content, os.path.join(folder, f"{name}.{kind}"), kind)
    os.unlink(content)
    return differencing(kind, base, os.path.join(folder, f"{name}-child.a{kind}"), [(at, GRAIN, 0) for at in dirty])
