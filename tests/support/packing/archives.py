# SPDX-License-Identifier: LGPL-2.1-or-later
"""Archives and compressed streams."""

import bz2
import gzip
import lzma
import os
import shutil
import subprocess
import tarfile
import zipfile

OPENERS = {
    ".gz": lambda path: gzip.open(path, "wb", compresslevel=1),
    ".xz": lambda path: lzma.open(path, "wb", preset=0),
    ".bz2": lambda path: bz2.open(path, "wb", compresslevel=1),
}


def compress(source, path):
    """Compresses the file @source as the end of @path says: .gz, .xz, .bz2 or .zst."""
    suffix = os.path.splitext(path)[1]
    if suffix == ".zst":
        subprocess.run(["zstd", "-q", "-f", "-1", source, "-o", path], check=True)
        return path
    with open(source, "rb") as file, OPENERS[suffix](path) as to:
        shutil.copyfileobj(file, to, 1 << 20)
    return path


def plain(member):
    """No user's name, no time of today."""
    member.uid = member.gid = 64
    member.uname = member.gname = "someone"
    member.mode, member.mtime = 0o644, 1700000000
    return member


def put_tar(path, members, form=tarfile.USTAR_FORMAT):
    """An uncompressed tar of the (name, file) pairs @members, in their order."""
    with tarfile.open(path, "w", format=form) as tar:
        for name, file in members:
            tar.add(file, arcname=name, recursive=False, filter=plain)
    return path


def put_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, file in members:
            archive.write(file, name)
    return path
