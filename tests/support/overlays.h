// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/image/image.h"
#include "tests/support/test_folder.h"
#include <fcntl.h>

namespace h2k::test {

/// What a guest reads from @disk is what the @raw image has.
inline void assert_reads_as(const Disk &disk, const std::string &raw) {
    const auto seen = raw + ".seen";
    unwrap(convert_image({.from = disk, .to = seen, .format = DiskFormat::raw}, {}, nullptr));
    run({"qemu-img", "compare", "-f", "raw", "-F", "raw", seen, raw});
    std::filesystem::remove(seen);
}

/// An image of ours by itself, as it is handed to what reads or writes it.
inline Disk own_qcow2(const std::string &path, std::uint64_t bytes) {
    return {
        .top = {
            .path = path, .format = DiskFormat::qcow2, .bytes = bytes, .held = unwrap(HeldFile::open(path, O_RDWR))}};
}

} // namespace h2k::test
