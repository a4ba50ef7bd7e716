// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/text.h"
#include "convert/format/host_file.h"
#include "tests/support/source_images.h"

namespace h2k::test {

/// Runs a Python script with @arguments as its sys.argv[1:]; tarfile, zipfile, io and struct are imported.
inline std::string python(const std::string &script, const std::vector<std::string> &arguments) {
    constexpr auto start = R"(import io, os, struct, sys, tarfile, zipfile
def member(name, data=b"", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, io.BytesIO(data)
def write(path, members, mode="w", format=tarfile.USTAR_FORMAT):
    with tarfile.open(path, mode, format=format) as tar:
        for info, data in members:
            tar.addfile(info, data if info.size else None)
def with_checksum(block):
    block = bytearray(block)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)
)";
    std::vector<std::string> argv{"/usr/bin/python3", "-c", start + script};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run(std::move(argv));
}

/// Packs the files @names of @folder into the 7z archive @archive, which no tool of the test's packages can: by
/// libarchive itself.
inline void pack_7z(const std::string &archive, const std::string &folder, const std::vector<std::string> &names) {
    std::vector<std::string> arguments{archive, folder};
    arguments.insert(arguments.end(), names.begin(), names.end());
    python(R"(import ctypes
lib = ctypes.CDLL("libarchive.so.13")
for name in ("archive_write_new", "archive_entry_new"):
    getattr(lib, name).restype = ctypes.c_void_p
lib.archive_write_data.restype = ctypes.c_ssize_t
to = ctypes.c_void_p(lib.archive_write_new())
assert lib.archive_write_set_format_7zip(to) == 0
assert lib.archive_write_open_filename(to, sys.argv[1].encode()) == 0
for name in sys.argv[3:]:
    data = open(os.path.join(sys.argv[2], name), "rb").read()
    entry = ctypes.c_void_p(lib.archive_entry_new())
    lib.archive_entry_set_pathname(entry, name.encode())
    lib.archive_entry_set_size(entry, ctypes.c_int64(len(data)))
    lib.archive_entry_set_filetype(entry, 0o100000)
    lib.archive_entry_set_perm(entry, 0o644)
    assert lib.archive_write_header(to, entry) == 0
    assert not data or lib.archive_write_data(to, data, ctypes.c_size_t(len(data))) == len(data)
assert lib.archive_write_close(to) == 0)",
           arguments);
}

} // namespace h2k::test
