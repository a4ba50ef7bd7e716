// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/units.h"
#include "convert/base/text.h"
#include <array>
#include <string_view>

namespace h2k {

namespace {

std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t whole = 0;
    return __builtin_mul_overflow(a, b, &whole) ? std::nullopt : std::optional{whole};
}

/// "2^20", "10^6" or "1024".
std::optional<std::uint64_t> factor(std::string_view text) {
    const auto caret = text.find('^');
    const auto base = parse_number(trim(text.substr(0, caret)));
    if (!base || caret == std::string_view::npos)
        return base;
    const auto exponent = parse_number(trim(text.substr(caret + 1)));
    if (!exponent || *exponent > 63)
        return std::nullopt;
    std::optional<std::uint64_t> value = 1;
    for (std::uint64_t i = 0; i < *exponent && value; ++i)
        value = product(*value, *base);
    return value;
}

/// Powers of 1024, as VMware and all others mean them.
std::optional<std::uint64_t> unit_word(std::string_view word) {
    struct Word {
        std::string_view name;
        unsigned shift;
    };
    constexpr std::array words{
        Word{"byte", 0},       Word{"bytes", 0}, Word{"b", 0},    Word{"kilobyte", 10},
        Word{"kilobytes", 10}, Word{"kb", 10},   Word{"kib", 10}, Word{"megabyte", 20},
        Word{"megabytes", 20}, Word{"mb", 20},   Word{"mib", 20}, Word{"gigabyte", 30},
        Word{"gigabytes", 30}, Word{"gb", 30},   Word{"gib", 30}, Word{"terabyte", 40},
        Word{"terabytes", 40}, Word{"tb", 40},   Word{"tib", 40},
    };
    for (const auto &[name, shift] : words)
        if (word == name)
            return std::uint64_t{1} << shift;
    return std::nullopt;
}

} // namespace

std::optional<std::uint64_t> ovf_bytes(const std::string &quantity, const std::string &units) {
    auto bytes = parse_number(trim(quantity));
    const auto parts = split(lower(units.empty() ? "byte" : units), '*');
    for (std::size_t i = 0; i < parts.size() && bytes; ++i) {
        const auto times = i == 0 ? unit_word(trim(parts[i])) : factor(trim(parts[i]));
        bytes = times ? product(*bytes, *times) : std::nullopt;
    }
    return bytes;
}

} // namespace h2k
