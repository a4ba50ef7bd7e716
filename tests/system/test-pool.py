#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An import into a storage pool of a libvirtd of the test's own; run by tests/support/private-libvirtd."""

import os
import subprocess
import xml.etree.ElementTree as ET

import harness
from harness import equal, true

URI = "qemu:///system"
scratch = harness.Scratch()
disk = scratch.file("guest.vmdk")
pool = scratch.file("pool")
OURS = "{urn:virt-hyper2kvm:domain:1.0}"


def virsh(*words):
    return subprocess.run(["virsh", "-q", "-c", URI, *words], check=True, capture_output=True, text=True).stdout


def build():
    """the guest is built, and there is a pool"""
    harness.guest("bios-mbr-ext4", disk)
    os.mkdir(pool)
    os.chmod(scratch.path, 0o755)
    virsh("pool-create-as", "h2k-test", "dir", "--target", pool)


def no_network():
    """without the network of its cards an import is refused with status 6 before a byte is copied"""
    done = harness.run(scratch, "import", disk, "-c", URI, "--pool", "h2k-test", "--name", "shop", "--boot-test=none")
    errors = [line for line in done.stderr.splitlines() if ": error: " in line]
    equal((done.returncode, len(errors)), (6, 1), done.stderr)
    print("# " + errors[0])
    equal(os.listdir(pool), [])
    network = scratch.file("network.xml")
    with open(network, "w", encoding="ascii") as file:
        file.write("<network><name>default</name><bridge name='h2k-test0'/></network>")
    virsh("net-define", network)


def imports():
    """import --pool defines the domain, with a stable name for its network card's address"""
    done = harness.run(scratch, "import", disk, "-c", URI, "--pool", "h2k-test", "--name", "shop", "--boot-test=none",
                       "--format", "raw", "--mac", "52:54:00:aa:bb:cc")
    equal(done.returncode, 0, done.stderr)
    true("virsh net-start default" in done.stderr, done.stderr)
    tree = ET.fromstring(virsh("dumpxml", "--inactive", "shop"))
    equal(tree.find("devices/interface/mac").get("address"), "52:54:00:aa:bb:cc")
    equal(tree.find("devices/disk/source").get("file"), os.path.join(pool, "shop.raw"))
    equal(tree.find("devices/disk/driver").get("discard"), "unmap")
    true(any(element.tag.startswith(OURS) for element in tree.iter()), "our own metadata block")
    true(any("libosinfo" in element.tag for element in tree.iter()), "libosinfo's metadata block")


def volume():
    """the volume is listed, and nothing else is"""
    equal([line.split()[0] for line in virsh("vol-list", "h2k-test").strip().splitlines()], ["shop.raw"])
    equal(os.listdir(pool), ["shop.raw"])


def names_are_kept():
    """a second import of the same name is refused with status 6 before anything is done"""
    before = os.stat(os.path.join(pool, "shop.raw"))
    done = harness.run(scratch, "import", disk, "-c", URI, "--pool", "h2k-test", "--name", "shop")
    equal((done.returncode, len(done.stderr.strip().splitlines())), (6, 1), done.stderr)
    virsh("undefine", "shop")
    done = harness.run(scratch, "import", disk, "-c", URI, "--pool", "h2k-test", "--name", "shop", "--format", "raw")
    equal((done.returncode, len(done.stderr.strip().splitlines())), (6, 1), done.stderr)
    equal(os.stat(os.path.join(pool, "shop.raw")).st_mtime_ns, before.st_mtime_ns)


def wrong_names():
    """a pool that is not there is refused with one sentence"""
    done = harness.run(scratch, "import", disk, "-c", URI, "--pool", "nosuch", "--name", "x")
    equal((done.returncode, len(done.stderr.strip().splitlines())), (6, 1), done.stderr)
    print("# " + done.stderr.strip())
    virsh("pool-destroy", "h2k-test")
    scratch.remove()


harness.main([build, no_network, imports, volume, names_are_kept, wrong_names])
