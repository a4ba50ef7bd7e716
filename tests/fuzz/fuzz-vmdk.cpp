// SPDX-License-Identifier: LGPL-2.1-or-later
// A file of VMDK's: sparse, COWD, or a descriptor whose extents lie beside it.  The bytes before the first 0xff are the
// start of the image, those after it the start of "s.vmdk".
#include "tests/fuzz/scratch_image.h"
#include <algorithm>

using namespace h2k;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    static const fuzz::ScratchImage image;
    static const fuzz::ScratchImage::Beside flat{image, "f.vmdk", std::string(mebibyte, '\0')};
    static const fuzz::ScratchImage::Beside sparse{image, "s.vmdk", {}};
    if (size > mebibyte)
        return 0;
    const std::string_view all{reinterpret_cast<const char *>(data), size};
    const auto end = std::min(all.find('\xff'), size);
    // Descriptors and whole sectors end where they end; of all else the input is only the start.
    image.reset(all.starts_with('#') || end % sector_size == 0 ? end : 2 * mebibyte);
    image.write(0, all.substr(0, end));
    sparse.fill(all.substr(std::min(end + 1, size)), 2 * mebibyte);
    image.describe(DiskFormat::vmdk);
    return 0;
}
