#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Invalid input gives one clear sentence and its own exit status, and nothing is lost or left behind."""

import gzip
import json
import os
import subprocess
import sys

import harness
import small_guest
from harness import equal, true

sys.path.insert(0, os.path.join(harness.ROOT, "tests", "support"))
import packing  # noqa: E402  pylint: disable=wrong-import-position
from packing.archives import put_tar  # noqa: E402  pylint: disable=wrong-import-position

scratch = harness.Scratch()
out = scratch.file("out")
REFUSED, FAILED, USAGE, TARGET = 4, 1, 2, 6


def refused(status, *words, says="", target=out, warned=False):
    """Runs an import that must end with @status and one sentence, and leave only a report.  @warned: notes and warnings may stand before it."""
    existing = set(os.listdir(target)) if os.path.isdir(target) else set()
    done = harness.run(scratch, "import", *words, "--no-define")
    lines = done.stderr.strip().splitlines()
    errors = [line for line in lines if ": error: " in line]
    others = [line for line in lines if line not in errors and not (warned and (": warning: " in line or ": note: " in line))]
    equal((done.returncode, len(errors), others), (status, 1, []), done.stderr)
    true(says in errors[0], f"“{errors[0]}” does not say “{says}”")
    true("root:" not in done.stderr, "a line of a file of the host")
    print(f"# {status}: {errors[0]}")
    left = (set(os.listdir(target)) if os.path.isdir(target) else set()) - existing - {"report.json"}
    equal(left, set(), "left behind")
    if status in (REFUSED, TARGET) and os.path.exists(os.path.join(target, "report.json")):
        report = harness.load(os.path.join(target, "report.json"))
        true(not report["pipeline"]["success"] and report["errors"], "the report contains the failure")


def write(name, content=b""):
    path = scratch.file(name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def image(name, *words):
    path = scratch.file(name)
    subprocess.run(["qemu-img", "create", "-q", *words[:-1], path, words[-1]], check=True)
    return path


def usage():
    """an invalid command line is a usage error"""
    disk = write("x.vmdk", b"x")
    for words in ([], ["--output-dir", out], [disk], [disk, "--pool", "p", "--output-dir", out], [disk, "--ouput-dir", out],
                  [disk, "--output-dir", out, "--mac", "zz"], [disk, "--output-dir", out, "--format", "vmdk"],
                  [disk, "--output-dir", out, "--boot-test", "x"], [disk, "--output-dir", out, "--name", "a/b"]):
        refused(USAGE, *words)
    for command, option in (("plan", "--no-define"), ("inspect", "--dry-run"), ("inspect", "--pool=p"), ("boot-test", "--format=raw")):
        done = harness.run(scratch, command, option, disk)
        equal((done.returncode, len(done.stderr.strip().splitlines())), (USAGE, 1), done.stderr)
        true("takes no option" in done.stderr, done.stderr)
    true(not os.path.exists(out), "no folder was made")


def not_a_disk():
    """a missing file, a folder, an empty file, text and a fifo are refused"""
    os.mkdir(scratch.file("folder"))
    os.mkfifo(scratch.file("fifo"))
    for path in (scratch.file("missing.vmdk"), scratch.file("folder"), write("empty.vmdk"),
                 write("text.vmdk", b"Dear administrator,\n" * 50), scratch.file("fifo")):
        refused(REFUSED, path, "--output-dir", out, says=os.path.basename(path))


def truncated():
    """a truncated VMDK is refused"""
    for subformat in ("monolithicSparse", "streamOptimized"):
        raw = write("data.raw", os.urandom(4 << 20))
        path = scratch.file(subformat + ".vmdk")
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=" + subformat, raw, path], check=True)
        os.truncate(path, os.path.getsize(path) * 2 // 3)
        before = harness.sha256(path)
        refused(REFUSED, path, "--output-dir", out)
        equal(harness.sha256(path), before)


def hostile():
    """a descriptor and a qcow2 that name other files of the host are refused"""
    secret = write("secret", b"\0" * 65536)
    os.mkdir(scratch.file("in"))
    for extent in ("/etc/shadow", "../secret", secret):
        descriptor = ('# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType="monolithicFlat"\n'
                      f'RW 128 FLAT "{extent}" 0\nddb.adapterType = "lsilogic"\n')
        refused(REFUSED, write("in/evil.vmdk", descriptor.encode()), "--output-dir", out)
    evil = image("in/evil.qcow2", "-f", "qcow2", "-b", secret, "-F", "raw", "1M")
    for words in ([], ["--input-format", "qcow2"]):
        refused(REFUSED, evil, *words, "--output-dir", out, says="secret")


def formats(path, *words):
    done = harness.run(scratch, "inspect", "--metadata-only", "--json", *words, path)
    equal(done.returncode, 0, done.stderr)
    return [disk["format"] for disk in json.loads(done.stdout)["source"]["disks"]]


def neighbour():
    """a guest that writes an image's header to its own raw disk does not reach its neighbour's volume"""
    os.mkdir(scratch.file("pool"))
    image("pool/neighbour.qcow2", "-f", "qcow2", "64M")
    header = read(image("pool/header", "-f", "qcow2", "-b", "neighbour.qcow2", "-F", "qcow2", "64M"))
    for name in ("mine", "mine.img", "mine.raw", "mine.dd", "mine.qcow2"):
        disk = write("pool/" + name, header + bytes(8 << 20))
        refused(REFUSED, disk, "--output-dir", out, says="--input-format")
        equal(formats(disk, "--input-format", "raw"), ["raw"])
        for driver in ('type="raw"', ""):
            xml = packing.domain(scratch.file("pool", "mine.xml"), packing.Machine(), [("raw", disk)])
            write("pool/mine.xml", read(xml).replace(b'type="raw"', driver.encode()))
            equal(formats(xml), ["raw"])
    # Whoever says that it is a qcow2 image gets its chain, unless the volume below belongs to someone else.
    if os.geteuid() == 0:
        equal(formats(disk, "--input-format", "qcow2"), ["qcow2"])
        os.chown(scratch.file("pool", "neighbour.qcow2"), 4711, 4711)
        refused(REFUSED, disk, "--input-format", "qcow2", "--output-dir", out, says="4711")
        equal(formats(disk, "--input-format", "qcow2", "--allow-folder", scratch.file("pool")), ["qcow2"])


def envelope(href="disk.vmdk", size=65536, capacity=64 << 20, front="", **more):
    """An OVF descriptor of one disk."""
    text = packing.ovf_text(packing.Machine(), [{"href": href, "size": size, "bytes": capacity, **more}])
    return text.replace("?>", "?>" + front, 1).encode()


def ova(name, members, prefix=""):
    """An OVA of the (name, content) pairs @members."""
    folder = scratch.file(name + "-files")
    os.mkdir(folder)
    pairs = []
    for number, (member, content) in enumerate(members):
        path = os.path.join(folder, str(number))
        with open(path, "wb") as file:
            file.write(content)
        pairs.append((prefix + member, path))
    return put_tar(scratch.file(name + ".ova"), pairs)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def hostile_appliances():
    """an OVA that leads out of itself, declares entities or hides a reference is refused"""
    disk = read(image("plain.vmdk", "-f", "vmdk", "64M"))
    refused(REFUSED, ova("dots", [("app.ovf", envelope()), ("../disk.vmdk", disk)]), "--output-dir", out, says="..")
    for number, href in enumerate(("/etc/shadow", "../../../etc/shadow", "file:///etc/shadow", "http://192.0.2.1/disk.vmdk")):
        refused(REFUSED, ova(f"href{number}", [("app.ovf", envelope(href)), ("disk.vmdk", disk)]), "--output-dir", out, says="app.ovf")
    entity = '<!DOCTYPE Envelope [<!ENTITY secret SYSTEM "file:///etc/shadow">]>'
    refused(REFUSED, ova("doctype", [("app.ovf", envelope(front=entity)), ("disk.vmdk", disk)]), "--output-dir", out, says="app.ovf")
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-u", "-b", "/etc/shadow", "-F", "raw", scratch.file("behind.qcow2"),
                    "64M"], check=True)
    refused(REFUSED, ova("backing", [("app.ovf", envelope("disk.qcow2")), ("disk.qcow2", read(scratch.file("behind.qcow2")))]),
            "--output-dir", out, says="shadow")
    descriptor = b'# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="vmfs"\nRW 128 VMFS "/etc/shadow"\n'
    refused(REFUSED, ova("extent", [("app.ovf", envelope(size=len(descriptor))), ("disk.vmdk", descriptor)]), "--output-dir", out)


def hostile_machines():
    """a VMX, a domain and a snapshot that name files of the host are refused"""
    for number, name in enumerate(("/etc/shadow", "../../../etc/shadow")):
        text = f'config.version = "8"\nvirtualHW.version = "14"\nscsi0.present = "TRUE"\nscsi0:0.present = "TRUE"\nscsi0:0.fileName = "{name}"\n'
        refused(REFUSED, write(f"evil{number}.vmx", text.encode()), "--output-dir", out, says="shadow")
        path = packing.domain(scratch.file(f"evil{number}.xml"), packing.Machine(), [("raw", name)])
        refused(REFUSED, path, "--output-dir", out, says="shadow")
    # The name is replaced in place by one that is as long.
    image("base-1.vmdk", "-f", "vmdk", "1M")
    subprocess.run(["qemu-img", "create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", "base-1.vmdk", "child.vmdk"], check=True, cwd=scratch.path)
    child = read(scratch.file("child.vmdk"))
    true(b'parentFileNameHint="base-1.vmdk"' in child, "the child names its parent")
    refused(REFUSED, write("snapshot.vmdk", child.replace(b"base-1.vmdk", b"/etc/shadow")), "--output-dir", out, says="shadow")


def bomb():
    """a disk that unpacks to more than its appliance declares is refused before it fills the host"""
    packed = gzip.compress(bytes(256 << 20), 9)
    path = ova("bomb", [("app.ovf", envelope(size=len(packed), compression="gzip")), ("disk.vmdk", packed)])
    refused(REFUSED, path, "--output-dir", out, says="disk.vmdk")


def one_cluster():
    """a small image all of whose clusters or grains are one is refused"""
    path = image("bomb.qcow2", "-f", "qcow2", "-o", "cluster_size=2M", "2T")
    subprocess.run(["qemu-io", "-f", "qcow2", "-c", "write -q -P 1 0 2M", path], check=True)
    with open(path, "r+b") as file:
        file.seek(40)
        l1 = int.from_bytes(file.read(8), "big")
        file.seek(l1)
        file.seek(int.from_bytes(file.read(8), "big") & 0x00fffffffffffe00)
        entry = file.read(8)
        end = file.seek(0, os.SEEK_END)
        for number in range(1, 4):
            file.write(entry * (1 << 18))
            file.seek(l1 + 8 * number)
            file.write((1 << 63 | end + (number - 1) * (2 << 20)).to_bytes(8, "big"))
            file.seek(0, os.SEEK_END)
    true(os.path.getsize(path) < 24 << 20, "it is small")
    refused(REFUSED, path, "--output-dir", out, says="clusters overlap")
    path = image("bomb.vmdk", "-f", "vmdk", "100G")
    subprocess.run(["qemu-io", "-f", "vmdk", "-c", "write -q -P 1 0 64k", path], check=True)
    with open(path, "r+b") as file:
        file.seek(56)
        file.seek(int.from_bytes(file.read(8), "little") * 512)
        table = int.from_bytes(file.read(4), "little") * 512
        file.seek(table)
        grain = file.read(4)
        file.seek(table)
        file.write(grain * 512 * 3200)
    refused(REFUSED, path, "--output-dir", out, says="grains overlap")


def wrong_digest():
    """a disk that is not what the manifest promises is refused, and nothing of it is left"""
    raw = small_guest.make_root(scratch.file("in"))
    path = packing.ova(scratch.file("digest.ova"), packing.Machine(), [raw], kind="monolithicSparse")
    # One bit of bytes that nothing else has a checksum of.
    at = read(path).index(small_guest.noise("pattern", 4096))
    small_guest.write_at(path, at, bytes([small_guest.noise("pattern", 4096)[0] ^ 1]))
    refused(REFUSED, path, "--output-dir", out, says="app-disk1.vmdk", warned=True)


def no_system():
    """a disk with no operating system is refused"""
    disk = image("blank.vmdk", "-f", "vmdk", "64M")
    refused(REFUSED, disk, "--output-dir", out, says="operating system")


def two_roots():
    """of two systems on a disk one is chosen, with a notice; --root chooses the other, and must name one"""
    for name, at in (("one", 1), ("two", 2)):
        os.makedirs(scratch.file(name, "etc"))
        write(f"{name}/etc/os-release", f'ID=debian\nVERSION_ID=1{at}\nPRETTY_NAME="Debian 1{at}"\n'.encode())
        write(f"{name}/etc/fstab", b"# nothing\n")
        write(f"{name}/etc/passwd", b"root:x:0:0::/root:/bin/sh\n")
        for folder in ("bin", "sbin", "usr", "var", "lib"):
            os.mkdir(scratch.file(name, folder))
    raw = scratch.file("two.raw")
    with open(raw, "wb") as file:
        file.truncate(80 << 20)
    subprocess.run(["sfdisk", "-q", raw], input="label: dos\nstart=2048,size=65536,type=83\nstart=69632,size=65536,type=83\n", text=True,
                   check=True)
    for name, sector in (("one", 2048), ("two", 69632)):
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", scratch.file(name), "-E", f"offset={sector * 512}", raw, "32M"], check=True)
    for words, system, chosen in (([], "Debian 11", True), (["--root", "/dev/sda2"], "Debian 12", False)):
        done = harness.run(scratch, "plan", "--json", "--input-format", "raw", *words, raw)
        equal(done.returncode, 0, done.stderr)
        document = json.loads(done.stdout)
        equal(document["guest"]["pretty_name"], system)
        equal(any(warning["id"] == "guest.several-systems" for warning in document["warnings"]), chosen, done.stdout)
    refused(REFUSED, raw, "--input-format", "raw", "--output-dir", out, "--root", "/dev/sda9", says="--root", warned=True)


def existing_name():
    """a name that exists is refused before anything is done"""
    os.makedirs(out, exist_ok=True)
    disk = image("some.vmdk", "-f", "vmdk", "64M")
    write("out/some.qcow2", b"mine")
    refused(TARGET, disk, "--output-dir", out, says="some.qcow2")
    with open(scratch.file("out", "some.qcow2"), "rb") as file:
        equal(file.read(), b"mine")


def unwritable():
    """a read-only and a full target are refused"""
    if os.geteuid() != 0:
        raise harness.Skip("only root can mount a full and a read-only folder")
    disk = image("other.vmdk", "-f", "vmdk", "64M")
    with open(scratch.file("full.raw"), "wb") as file:
        file.write(b"\0" * 510 + b"\x55\xaa" + os.urandom(8 << 20) + b"\0" * 512 * 1)
        file.truncate(16 << 20)
    for name, options, source, more in (("readonly", "ro", disk, []), ("small", "size=1m", scratch.file("full.raw"), ["--input-format", "raw"])):
        folder = scratch.file(name)
        os.mkdir(folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
        try:
            refused(TARGET, source, *more, "--output-dir", folder, says=folder, target=folder)
        finally:
            subprocess.run(["umount", folder], check=True)


quick = "--quick" in sys.argv
harness.main([usage, not_a_disk, truncated, hostile, neighbour, hostile_appliances, hostile_machines, bomb, one_cluster, existing_name, unwritable]
             + ([] if quick else [wrong_digest, no_system, two_roots]) + [harness.nothing_is_left(scratch)])
