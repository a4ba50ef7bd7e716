// SPDX-License-Identifier: LGPL-2.1-or-later
// A VHDX takes megabytes, nearly all of them empty.  So the input is a list of what is not: an offset (four bytes), a
// length (two bytes; both with the least significant one first) and that many bytes.  The checksums are put right
// afterwards, since chance would never get past them.
#include "convert/format/bytes.h"
#include "convert/format/vhdx/crc32c.h"
#include "tests/fuzz/scratch_image.h"

using namespace h2k;

constexpr std::uint64_t file_size = 8 * mebibyte;

static void sign(const fuzz::ScratchImage &image, std::uint64_t offset, std::size_t length) {
    auto part = image.read(offset, length).replace(4, 4, 4, '\0');
    const auto sum = crc32c(part);
    for (std::size_t i = 0; i < 4; i++)
        part[4 + i] = static_cast<char>(sum >> (8 * i));
    image.write(offset, part);
}

/// The entries that follow each other at the start of a log there.
static void sign_log(const fuzz::ScratchImage &image) {
    for (std::uint64_t at = mebibyte; at < 2 * mebibyte;) {
        const auto length = little_endian<std::uint32_t>(image.read(at, 16), 8);
        if (!image.read(at, 4).starts_with("loge") || length < 64 || length > 2 * mebibyte - at)
            return;
        sign(image, at, length);
        at += length;
    }
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    static const fuzz::ScratchImage image;
    std::string_view input{reinterpret_cast<const char *>(data), size};
    image.reset(file_size);
    image.write(0, "vhdxfile");
    while (input.size() >= 6) {
        const std::uint64_t offset = little_endian<std::uint32_t>(input, 0) % file_size;
        const auto bytes = input.substr(6, little_endian<std::uint16_t>(input, 4));
        image.write(offset, bytes.substr(0, file_size - offset));
        input.remove_prefix(6 + bytes.size());
    }
    for (const std::uint64_t header : {64u << 10, 128u << 10})
        sign(image, header, 4096);
    sign(image, 192u << 10, 64u << 10);
    sign_log(image);
    image.describe(DiskFormat::vhdx);
    return 0;
}
