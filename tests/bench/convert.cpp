// SPDX-License-Identifier: LGPL-2.1-or-later
// Converts one overlay, so that tests/bench/copy can measure it: FROM TO FORMAT COMPRESSION LEVEL.
#include "convert/image/image.h"
#include <cstdio>
#include <string_view>

using namespace h2k;

int main(int argc, char **argv) {
    if (argc != 6) {
        (void)fprintf(stderr, "usage: %s FROM TO FORMAT COMPRESSION LEVEL\n", argv[0]);
        return 2;
    }
    Conversion order{.from = argv[1], .to = argv[2]};
    order.format = disk_format_named(argv[3]).value_or(DiskFormat::vmdk);
    for (const auto compression : {Compression::none, Compression::zlib, Compression::zstd})
        if (std::string_view{argv[4]} == name_of(compression))
            order.compression = compression;
    order.level = static_cast<int>(g_ascii_strtoll(argv[5], nullptr, 10));
    const auto done = convert_image(order, {}, nullptr);
    if (!done)
        (void)fprintf(stderr, "%s\n", done.error().message());
    return done ? 0 : 1;
}
