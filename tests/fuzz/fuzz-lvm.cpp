// SPDX-License-Identifier: LGPL-2.1-or-later
// The input is the text of a volume group, on two physical volumes whose checksums are right.  Behind a NUL it may be
// followed by what the first of them begins with, whose checksums are put right.
#include "convert/direct/program/lvm/volumes.h"
#include "tests/support/lvm_image.h"
#include "tests/support/memory_bytes.h"
#include <cstdlib>

using namespace h2k;

namespace {

constexpr std::uint64_t size = 65u << 20;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void sign(std::string &start, std::size_t at, std::size_t from, std::size_t to) {
    if (to > start.size())
        return;
    start.replace(at, 4, little_endian_bytes(lvm_checksum(std::string_view{start}.substr(from, to - from))));
}

std::string first_start(std::string_view text, std::string_view bytes) {
    auto start = test::lvm_start({.uuid = test::lvm_uuid('a'), .text = std::string{text}});
    if (bytes.size() > start.size())
        bytes = bytes.substr(0, start.size());
    start.replace(0, bytes.size(), bytes);
    sign(start, 512 + 16, 512 + 20, 1024);
    sign(start, test::area_offset, test::area_offset + 4, test::area_offset + 512);
    return start;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t length) {
    const std::string_view input{reinterpret_cast<const char *>(data), length};
    if (length > (512u << 10))
        return 0;
    const auto text = input.substr(0, input.find('\0'));
    const auto rest = text.size() < input.size() ? input.substr(text.size() + 1) : std::string_view{};
    test::MemoryBytes a{first_start(text, rest), size};
    test::MemoryBytes b{test::lvm_start({.uuid = test::lvm_uuid('b'), .text = std::string{text}}), size};
    const auto found = find_volumes({{"/dev/sda1", &a}, {"/dev/sdb", &b}});
    require(found.has_value());
    require(found->unfit.empty() || found->volumes.empty());
    for (const auto &volume : found->volumes) {
        require(volume.name.starts_with("/dev/") && !volume.below.empty() && !volume.extents.empty());
        for (const auto &extent : volume.extents)
            require((extent.below == &a || extent.below == &b) && extent.length > 0 && extent.offset <= size &&
                    extent.length <= size - extent.offset);
    }
    return 0;
}
