// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/image/image.h"
#include "tests/support/source_images.h"

namespace h2k::test {

constexpr std::size_t mega = 1u << 20;

/// Bytes that are the same each time: of a small alphabet, so that they can be compressed, or any.
inline std::string noise(std::size_t length, guint32 seed, int letters) {
    GRand *random = g_rand_new_with_seed(seed);
    std::string text(length, '\0');
    for (auto &byte : text)
        byte = static_cast<char>(g_rand_int_range(random, 0, letters));
    g_rand_free(random);
    return text;
}

/// An overlay over a raw image of that content.
inline Disk make_overlay(const TestFolder &folder, std::string_view content) {
    unwrap(write_file(folder / "content.raw", content));
    const Disk disk{.top = {.path = folder / "content.raw", .format = DiskFormat::raw, .bytes = content.size()}};
    return unwrap(create_overlay(folder / "overlay", disk, nullptr));
}

} // namespace h2k::test
