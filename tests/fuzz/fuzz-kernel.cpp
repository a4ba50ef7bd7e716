// SPDX-License-Identifier: LGPL-2.1-or-later
// Kernel images of guests: where the compressed kernel lies in one, and where an uncompressed one is entered.
#include "convert/check/kernel/boot_image.h"
#include "convert/check/kernel/kernel_elf.h"
#include "tests/fuzz/fuzz.h"

using namespace h2k;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    if (const auto payload = kernel_payload(bytes)) {
        require(is_boot_image(bytes) && !payload->empty());
        require(payload->data() >= bytes.data() && payload->data() + payload->size() <= bytes.data() + bytes.size());
        (void)pvh_kernel(*payload);
    }
    if (const auto place = pvh_kernel(bytes))
        require(place->entry < place->end && place->end <= std::uint64_t{1} << 32);
    return 0;
}
