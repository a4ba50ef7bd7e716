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

} // namespace h2k::test
