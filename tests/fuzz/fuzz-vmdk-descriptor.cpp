// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/image/vmdk/descriptor.h"
#include "convert/source/image_kind.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char *>(data), size};
    (void)h2k::is_vmdk_descriptor(text);
    const auto found = h2k::parse_vmdk_descriptor(text);
    if (!found)
        return 0;
    g_assert_false(found->extents.empty());
    std::uint64_t sum = 0;
    for (const auto &extent : found->extents) {
        g_assert_cmpuint(extent.sectors, >, 0);
        g_assert_cmpuint(extent.offset, <=, h2k::largest_disk / h2k::sector_size);
        g_assert_false(extent.file.contains('\0'));
        sum += extent.sectors;
    }
    g_assert_cmpuint(sum, ==, found->sectors);
    g_assert_cmpuint(sum, <=, h2k::largest_disk / h2k::sector_size);
    return 0;
}
