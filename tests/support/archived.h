// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "tests/support/archives.h"

namespace h2k::test {

/// The sentence with which an archive is refused.
inline std::string refusal(const std::string &path) { return test::message_of(describe_file(path), H2K_ERROR_SOURCE); }

inline std::string bytes_at(const std::string &path, std::uint64_t offset, std::size_t size) {
    return unwrap(unwrap(HostFile::open(path)).read(offset, size));
}

/// "disk.raw FILE[/MEMBER]… MOST" of a packed disk.
inline std::string fetch_text(const Disk &disk, const TestFolder &folder) {
    g_assert_true(disk.fetch.has_value() && disk.fetch->pieces.size() == 1);
    const auto &[path, window, held] = disk.fetch->pieces.front();
    auto text = disk.fetch->name + " " + path.substr(folder.path().size() + 1);
    if (window)
        text += "@" + std::to_string(window->offset) + "+" + std::to_string(window->length);
    for (const auto &member : disk.fetch->members)
        text += " : " + member;
    return text + " " + std::to_string(disk.fetch->most);
}

inline std::string fetches(const CarryPlan &plan, const TestFolder &folder) {
    std::string all;
    for (const auto &disk : plan.source.disks)
        all += fetch_text(disk, folder) + "\n";
    return all;
}

} // namespace h2k::test
