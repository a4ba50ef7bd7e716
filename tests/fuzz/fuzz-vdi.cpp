// SPDX-License-Identifier: LGPL-2.1-or-later
// The input is the start of the file; what follows are blocks of zeros.
#include "tests/fuzz/scratch_image.h"

using namespace h2k;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    static const fuzz::ScratchImage image;
    if (size > mebibyte)
        return 0;
    image.reset(size < 512 ? size : 8 * mebibyte);
    image.write(0, {reinterpret_cast<const char *>(data), size});
    image.describe(DiskFormat::vdi);
    return 0;
}
