# SPDX-License-Identifier: LGPL-2.1-or-later
"""Packs disks the way other products leave them: formats, chains, appliances, exported folders and archives.

Used by tests/support/package and by the system tests.  What a product documents is written as its documents say; the
disks themselves are made by qemu-img, and by tests/support/make-differencing where that cannot make them.
"""

from packing.archives import compress, put_tar, put_zip
from packing.images import (FORMATS, chain, convert, differencing, differencing_of_zeros, extents, raw_of, virtual_size)
from packing.machines import Machine, domain, hyper_v, vmx
from packing.ovf import envelope as ovf_text, ova, ovf

__all__ = ["FORMATS", "Machine", "chain", "compress", "convert", "differencing", "differencing_of_zeros", "domain", "extents",
           "hyper_v", "ova", "ovf", "ovf_text", "put_tar", "put_zip", "raw_of", "virtual_size", "vmx"]
