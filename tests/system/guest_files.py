#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The files on the disks of a guest, read by none of our code: ext by this machine's kernel, FAT by mtools, LUKS1 by
QEMU. As a program it lists a folder: {path: what is there}, as JSON."""

import hashlib
import json
import os
import re
import stat
import struct
import subprocess
import sys
import uuid


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def copy(source, offset, size, target, at):
    run("dd", "if=" + source, "of=" + target, "bs=4M", f"skip={offset}", f"count={size}", f"seek={at}",
        "iflag=skip_bytes,count_bytes", "oflag=seek_bytes", "conv=notrunc,sparse", "status=none")


def read(source, offset, size):
    with open(source, "rb") as file:
        file.seek(offset)
        return file.read(size)


def section(words):
    """What lvm2 writes between braces, as a dictionary."""
    found = {}
    for word in words:
        if word == "}":
            break
        sign = next(words)
        if sign == "{":
            found[word] = section(words)
        elif (value := next(words)) == "[":
            found[word] = [item for item in iter(lambda: next(words), "]") if item != ","]
        else:
            found[word] = value
    return found


def group_of(place):
    """The UUID of the physical volume at @place and the groups that it describes; none if it is not one."""
    label = read(place[0], place[1] + 512, 512)
    if not label.startswith(b"LABELONE"):
        return None, {}
    areas = [struct.unpack_from("<QQ", label, 32 + 40 + at) for at in range(0, 256, 16)]
    area = areas[areas.index((0, 0)) + 1][0]  # behind the areas of data
    start, size = struct.unpack_from("<QQ", read(place[0], place[1] + area + 40, 16))
    text = read(place[0], place[1] + area + start, size).decode().rstrip("\0")
    words = (word.strip('"') for word in re.findall(r'"(?:\\.|[^"])*"|[\w.+-]+|[][{}=,]', re.sub(r"(?m)#[^\"\n]*$", "", text)))
    return label[32:64].decode(), section(words)


class Disks:
    """The devices of a guest, by the names that we give them: a file, an offset and a number of bytes."""

    def __init__(self, folder, images, passphrase=None):
        self.folder, self.passphrase, self.devices = folder, passphrase, {}
        os.mkdir(folder)
        for number, image in enumerate(images):
            raw = os.path.join(folder, f"disk{number}")
            run("qemu-img", "convert", "-O", "raw", image, raw)
            for part in json.loads(run("sfdisk", "-J", raw))["partitiontable"]["partitions"]:
                name = f"/dev/sd{chr(ord('a') + number)}{re.search('[0-9]+$', part['node']).group()}"
                self.devices[name] = (raw, part["start"] * 512, part["size"] * 512)
        for place in list(self.devices.values()):
            self.open_luks(place)
        self._find_volumes()

    def luks_node(self, place):
        """That of QEMU, as the values of two options."""
        secret = os.path.join(self.folder, "key")
        with open(secret, "w", encoding="ascii") as file:
            file.write(self.passphrase)
        return (f"secret,id=key,file={secret}", f"driver=luks,key-secret=key,file.driver=raw,file.offset={place[1]},"
                f"file.size={place[2]},file.file.driver=file,file.file.filename={place[0]}")

    def open_luks(self, place):
        header = read(place[0], place[1], 592)
        if not self.passphrase or not header.startswith(b"LUKS\xba\xbe\0\1"):
            return
        name = "/dev/mapper/luks-" + header[168:208].rstrip(b"\0").decode()
        plain = os.path.join(self.folder, os.path.basename(name))
        secret, node = self.luks_node(place)
        run("qemu-img", "convert", "-O", "raw", "--object", secret, "--image-opts", node, plain)
        self.devices[name] = (plain, 0, os.path.getsize(plain))

    def _find_volumes(self):
        members, groups = {}, {}
        for place in self.devices.values():
            identity, described = group_of(place)
            if identity:
                members[identity] = place
                groups.update(described)
        for group, about in groups.items():
            if isinstance(about, dict) and "logical_volumes" in about:
                for name, volume in about["logical_volumes"].items():
                    self.devices[f"/dev/{group}/{name}"] = self._volume(group + "-" + name, about, volume, members)

    def _volume(self, name, group, volume, members):
        extent, file, at = int(group["extent_size"]) * 512, os.path.join(self.folder, name), 0
        with open(file, "wb"):
            pass
        for number in range(1, int(volume["segment_count"]) + 1):
            piece = volume[f"segment{number}"]
            member = group["physical_volumes"][piece["stripes"][0]]
            place = members[member["id"].replace("-", "")]
            size = int(piece["extent_count"]) * extent
            copy(place[0], place[1] + int(member["pe_start"]) * 512 + int(piece["stripes"][1]) * extent, size, file, at)
            at += size
        os.truncate(file, at)
        return file, 0, at

    def files(self, device, kind):
        """{path: what is there}"""
        file, offset, size = self.devices[device]
        folder = os.path.join(self.folder, uuid.uuid4().hex)
        os.mkdir(folder)
        if kind == "vfat":
            run("mcopy", "-s", "-m", "-n", "-i", f"{file}@@{offset}", "::/", folder)
            return listing(folder)
        # Seen by these processes alone, and gone with them.
        script = 'mount -t ext4 -o "ro,noload,loop,offset=$2,sizelimit=$3" "$1" "$4" && exec "$5" "$6" "$4"'
        return json.loads(run("unshare", "--mount", "sh", "-c", script, "sh", file, str(offset), str(size), folder,
                              sys.executable, __file__))


def content_of(path, mode, mask):
    if stat.S_ISLNK(mode):
        return os.readlink(path).replace(mask, "JOB") if mask else os.readlink(path)
    if not stat.S_ISREG(mode):
        return ""
    with open(path, "rb") as file:
        content = file.read()
    return hashlib.sha256(content.replace(mask.encode(), b"JOB") if mask else content).hexdigest()


MODE, OWNER, GROUP, TIME, LINKS, DEVICE, CONTENT, EXTENDED = range(8)


def listing(folder):
    found = {}
    mask = os.environ.get("H2K_MASK", "")
    for at, folders, files in os.walk(folder):
        for name in [".", *folders, *files] if at == folder else [*folders, *files]:
            path = os.path.normpath(os.path.join(at, name))
            node = os.lstat(path)
            shown = os.path.normpath("/" + os.path.relpath(path, folder))
            extended = {key: os.getxattr(path, key, follow_symlinks=False).hex()
                        for key in os.listxattr(path, follow_symlinks=False)}
            links = node.st_nlink if stat.S_ISREG(node.st_mode) else 1
            found[shown.replace(mask, "JOB") if mask else shown] = [
                oct(node.st_mode), node.st_uid, node.st_gid, int(node.st_mtime), links, node.st_rdev,
                content_of(path, node.st_mode, mask), extended]
    return found


if __name__ == "__main__":
    json.dump(listing(sys.argv[1]), sys.stdout)
