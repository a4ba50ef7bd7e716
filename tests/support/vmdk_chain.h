// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "tests/support/source_images.h"

namespace h2k::test {

/// The chain as it is passed to QEMU: every image named, and nothing below the last.
inline std::string in_json(const Disk &disk) {
    const auto node = [](const std::string &path, const std::string &below) {
        return R"({"driver":"vmdk","file":{"driver":"file","filename":")" + path + R"("},"backing":)" + below + "}";
    };
    std::string json = "null";
    for (auto image = disk.below.rbegin(); image != disk.below.rend(); ++image)
        json = node(image->path, json);
    return "json:" + node(disk.top.path, json);
}

inline Disk disk_of(const std::string &path) {
    return unwrap(describe_file(path, DiskFormat::vmdk)).source.disks.front();
}

/// What qemu reads from the chain is @raw.
inline void assert_content(const Disk &disk, const std::string &raw) {
    run({"qemu-img", "compare", "-F", "raw", in_json(disk), raw});
}

} // namespace h2k::test
