# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two readings of a chain of images: ours, and that of QEMU's own block drivers."""

import atexit
import json
import os
import re
import subprocess

DRIVERS = {"vhd": "vpc"}


class Ours:
    """What convert/source says of images, one after another."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, path, name):
        """([(format, subformat, bytes, path)], {files}), or the sentence that refuses it."""
        self.process.stdin.write(f"{name or '-'} {path}\n".encode())
        self.process.stdin.flush()
        kind, _, rest = self.process.stdout.readline().decode().rstrip("\n").partition(" ")
        if kind != "disk":
            assert kind == "refused", f"the reader ended over {path}"
            return None, rest
        images, _, files = rest.partition("|")
        decoded = [image.split(":") for image in images.split()]
        chain = [(one, sub, int(size), bytes.fromhex(path).decode()) for one, sub, size, path in decoded]
        return chain, {os.path.realpath(bytes.fromhex(one)) for one in files.split()}


class Qemu:
    """qemu-storage-daemon, which opens an image with all that its driver reads for it."""

    def __init__(self, folder):
        self.folder = folder.encode()
        self.process = subprocess.Popen(
            ["qemu-storage-daemon", "--chardev", "stdio,id=c", "--monitor", "chardev=c"], cwd=folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        atexit.register(self.process.kill)  # the end of its input does not end it
        self.process.stdout.readline()
        self.ask(("qmp_capabilities", {}))

    def ask(self, *commands):
        """The answers to (command, arguments), which all are sent at once: each change of processes takes time."""
        requests = [json.dumps({"execute": command, "arguments": arguments}) for command, arguments in commands]
        self.process.stdin.write("".join(request + "\n" for request in requests).encode())
        self.process.stdin.flush()
        answers = []
        while len(answers) < len(commands):
            answer = json.loads(self.process.stdout.readline())
            if "return" in answer or "error" in answer:
                answers.append(answer)
        return answers

    def read(self, *nodes):
        """Of each node ([(driver, bytes)] from the top, {files}, {drivers that are no file}), or why QEMU does not open it."""
        if nodes[0]["driver"] == "vpc":
            return [self.read_vhd(node) for node in nodes[:1]]
        commands = []
        for node in nodes:
            top = {"node-name": "top"}
            commands += [("blockdev-add", {**node, **top, "read-only": True}), ("query-named-block-nodes", {}), ("blockdev-del", top)]
        answers = self.ask(*commands)
        return [self.reading(*answers[at:at + 2]) for at in range(0, len(answers), 3)]

    def reading(self, added, listed):
        if "error" in added:
            return None, added["error"]["desc"], None
        nodes = listed["return"]
        image = next(one["image"] for one in nodes if one["node-name"] == "top")
        chain = []
        while image:
            chain.append((image["format"], image["virtual-size"]))
            image = image.get("backing-image")
        files = {os.path.realpath(os.path.join(self.folder, one["file"].encode())) for one in nodes if one["drv"] == "file"}
        known = {"file", "raw", "qcow2", "vmdk", "vpc", "vhdx", "vdi"}
        return chain, files, {one["drv"] for one in nodes} - known

    @staticmethod
    def read_vhd(node):
        """By qemu-img, since QMP does not know of force_size_calc."""
        done = subprocess.run(["qemu-img", "info", "--output=json", "json:" + json.dumps(node)], capture_output=True, check=False)
        if done.returncode:
            return None, done.stderr.decode(), None
        info = json.loads(done.stdout)
        return [("vpc", info["virtual-size"])], {os.path.realpath(node["file"]["filename"].encode())}, set()


def node_of(chain, explicit):
    """The top image as a node of QEMU's; @explicit: with the whole chain below it, as QEMU gets it from us."""
    name, _, _, path = chain[0]
    node = {"driver": DRIVERS.get(name, name), "file": {"driver": "file", "filename": path}}
    if name == "vhd":
        node["force_size_calc"] = "current_size"
    if explicit and len(chain) > 1:
        node["backing"] = node_of(chain[1:], explicit)
    elif explicit and name in ("qcow2", "vmdk"):
        node["backing"] = None
    return node


def is_counted_twice(chain):
    """Has a descriptor an extent after a blank line?  QEMU, up to 7.2 at least, counts it twice; it gets a text of ours instead."""
    for name, _, _, path in chain:
        if name == "vmdk":
            with open(path, "rb") as file:
                if re.search(rb"\n[ \t\r]*\n[ \t\r]*(RW|RDONLY|NOACCESS)", file.read(1 << 20)):
                    return True
    return False


def differs(chain, files, reading):
    """How QEMU's @reading differs from ours; empty: not at all."""
    theirs, opened, strange = reading
    if strange:
        return f"QEMU opens it with {sorted(strange)}"
    if opened != files:
        return f"QEMU opens {sorted(opened)}, and we name {sorted(files)}"
    ours = [(DRIVERS.get(name, name), size) for name, _, size, _ in chain]
    return "" if ours == theirs else f"QEMU has {theirs}, and we have {ours}"
