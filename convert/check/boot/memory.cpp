// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/memory.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::uint64_t kib = 1u << 10, mib = 1u << 20;

} // namespace

std::optional<std::uint64_t> boot_memory(std::uint64_t wanted, std::uint64_t available) {
    const auto most = available / 4 * 3 / mib * mib;
    if (most < std::min(wanted, least_boot_memory))
        return std::nullopt;
    return std::min(wanted, most);
}

// Source: proc(5), /proc/meminfo: "MemAvailable:   12345 kB", where a kB is 1024 bytes.
std::optional<std::uint64_t> available_in(std::string_view meminfo) {
    for (const auto &line : lines(meminfo)) {
        const auto fields = words(line);
        if (fields.size() != 3 || fields[0] != "MemAvailable:" || fields[2] != "kB")
            continue;
        const auto number = parse_number(fields[1], 0, UINT64_MAX / kib);
        return number ? std::optional{*number * kib} : std::nullopt;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> available_memory() {
    const auto text = read_file("/proc/meminfo", 1u << 16);
    return text ? available_in(*text) : std::nullopt;
}

} // namespace h2k
