// SPDX-License-Identifier: LGPL-2.1-or-later
// Converts one overlay, so that tests/bench/copy can measure it: FROM TO FORMAT COMPRESSION.
#include "convert/image/image.h"
#include <cstdio>
#include <string_view>

using namespace h2k;

int main(int argc, char **argv) {
    if (argc != 5) {
        (void)fprintf(stderr, "usage: %s FROM TO FORMAT COMPRESSION\n", argv[0]);
        return 2;
    }
    Conversion order{.from = {.top = {.path = argv[1], .format = DiskFormat::qcow2}}, .to = argv[2]};
    order.format = disk_format_named(argv[3]).value_or(DiskFormat::vmdk);
    for (const auto compression : {Compression::none, Compression::zlib, Compression::zstd})
        if (std::string_view{argv[4]} == name_of(compression))
            order.compression = compression;
    const auto done = convert_image(order, {}, nullptr);
    if (!done)
        (void)fprintf(stderr, "%s\n", done.error().message());
    return done ? 0 : 1;
}
