// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/screenshot.h"
#include "tests/fuzz/fuzz.h"
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    static const auto path = "/dev/shm/h2k-fuzz-picture-" + std::to_string(getpid());
    if (h2k::write_png(h2k::fuzz::text_of(data, size), path))
        h2k::fuzz::require(unlink(path.c_str()) == 0);
    return 0;
}
