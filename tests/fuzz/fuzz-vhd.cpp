// SPDX-License-Identifier: LGPL-2.1-or-later
// The input is the file, but for the checksums: those of both footers and of the header are put right first, since
// chance would never get past them.
#include "convert/format/bytes.h"
#include "tests/fuzz/scratch_image.h"

using namespace h2k;

static void sign(std::string &file, std::uint64_t part, std::size_t length, std::size_t checksum) {
    if (part > file.size() || file.size() - part < length)
        return;
    file.replace(part + checksum, 4, 4, '\0');
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < length; at++)
        sum += static_cast<unsigned char>(file[part + at]);
    for (std::size_t i = 0; i < 4; i++)
        file[part + checksum + i] = static_cast<char>(~sum >> (24 - 8 * i));
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    static const fuzz::ScratchImage image;
    std::string file{reinterpret_cast<const char *>(data), size};
    if (size < 512 || size > (1u << 20))
        return 0;
    const auto end = size - 512;
    sign(file, big_endian<std::uint64_t>(file, 16), 1024, 36);
    sign(file, 0, file.starts_with("conectix") ? 512 : SIZE_MAX, 64);
    sign(file, end, 512, 64);
    image.reset(size);
    image.write(0, file);
    image.describe(DiskFormat::vhd);
    return 0;
}
