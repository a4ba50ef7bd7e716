// SPDX-License-Identifier: LGPL-2.1-or-later
// The input is the start of the file; what follows is zero.  It may stand on itself, which is a circle, or on "base".
#include "tests/fuzz/scratch_image.h"

using namespace h2k;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    static const fuzz::ScratchImage image;
    static const fuzz::ScratchImage::Beside base{image, "base", std::string(mebibyte, '\0')};
    if (size > mebibyte)
        return 0;
    image.reset(size < 512 ? size : 2 * mebibyte);
    image.write(0, {reinterpret_cast<const char *>(data), size});
    image.describe(DiskFormat::qcow2);
    return 0;
}
