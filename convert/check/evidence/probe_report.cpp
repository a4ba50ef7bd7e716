// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/probe_report.h"
#include <charconv>
#include <optional>

namespace h2k {

namespace {

constexpr unsigned most_lines = 600;
constexpr std::size_t longest_line = 4096;

/// The number at the start of @text, which is removed together with the blank after it.
std::optional<std::uint32_t> take_number(std::string_view &text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto used = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || used >= text.size() || text[used] != ' ')
        return std::nullopt;
    text.remove_prefix(used + 1);
    return number;
}

} // namespace

// Source: IEEE Std 1003.1, cksum: CRC with the polynomial 0x04c11db7 over the octets and then their count.
std::uint32_t posix_cksum(std::string_view text) {
    std::uint32_t sum = 0;
    const auto add = [&](unsigned char octet) {
        sum ^= std::uint32_t{octet} << 24;
        for (int bit = 0; bit < 8; bit++)
            sum = (sum & 0x80000000) != 0 ? sum << 1 ^ 0x04c11db7 : sum << 1;
    };
    for (const char c : text)
        add(static_cast<unsigned char>(c));
    for (std::size_t count = text.size(); count != 0; count >>= 8)
        add(static_cast<unsigned char>(count));
    return ~sum;
}

void ProbeReport::take(std::string_view line) {
    const auto at = line.rfind(mark_);
    if (at == line.npos || line.size() > longest_line)
        return;
    line.remove_prefix(at + mark_.size());
    const auto sum = take_number(line);
    if (!sum || *sum != posix_cksum(line))
        return;
    const auto number = take_number(line);
    if (!number || *number == 0 || *number > most_lines || line.find('=') == line.npos)
        return;
    if (line.starts_with("end="))
        last_ = *number;
    lines_.insert_or_assign(*number, std::string{line});
}

std::vector<std::string> ProbeReport::all(std::string_view key) const {
    std::vector<std::string> values;
    for (const auto &[number, line] : lines_)
        if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == '=')
            values.push_back(line.substr(key.size() + 1));
    return values;
}

std::string ProbeReport::one(std::string_view key) const {
    const auto values = all(key);
    return values.empty() ? std::string{} : values.front();
}

} // namespace h2k
