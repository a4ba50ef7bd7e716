// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/warm/sums.h"
#include "convert/confine/warm/kept_file.h"
#include "convert/confine/warm/recording.h"
#include <cerrno>
#include <lzma.h>
#include <unistd.h>
#include <vector>

namespace h2k {

namespace {

constexpr std::size_t step = 128u << 10; ///< stays in a processor's cache

Result<std::string> sum_of(const std::string &folder, const char *name) {
    const auto file = H2K_TRY(open_kept(folder, name));
    std::vector<std::uint8_t> bytes(step);
    std::uint64_t size = 0, sum = 0;
    for (;;) {
        const auto got = read(file.get(), bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(H2K_ERROR_FAILED, "%s/%s: %s", folder.c_str(), name, g_strerror(errno));
        if (got == 0)
            return std::string{name} + " " + std::to_string(size) + " " + std::to_string(sum) + "\n";
        size += static_cast<std::uint64_t>(got);
        sum = lzma_crc64(bytes.data(), static_cast<std::size_t>(got), sum);
    }
}

} // namespace

Result<std::string> sums_of(const std::string &folder) {
    std::string sums;
    for (const char *name : {state_name, overlay_name})
        sums += H2K_TRY(sum_of(folder, name));
    return sums;
}

} // namespace h2k
