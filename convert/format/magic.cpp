// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/magic.h"
#include <algorithm>

namespace h2k {

using namespace std::string_view_literals;

namespace {

bool has(std::string_view head, std::size_t at, std::string_view magic) {
    return at < head.size() && head.substr(at).starts_with(magic);
}

/// A number of at most @digits octal digits, after blanks and before a blank or NUL.
unsigned octal(std::string_view field) {
    const auto start = field.find_first_not_of(' ');
    unsigned value = 0;
    for (const char c : field.substr(std::min(start, field.size()))) {
        if (c < '0' || c > '7')
            break;
        value = value << 3 | static_cast<unsigned>(c - '0');
    }
    return value;
}

} // namespace

bool is_gzip(std::string_view head) { return head.starts_with("\x1f\x8b\x08"sv); }

bool is_compressed(std::string_view head) {
    if (head.starts_with("BZh") && head.size() > 10)
        return head[3] >= '1' && head[3] <= '9' && (has(head, 4, "1AY&SY") || has(head, 4, "\x17rE8P\x90"));
    return is_gzip(head) || head.starts_with("\xfd\x37zXZ\0"sv) || head.starts_with("\x28\xb5\x2f\xfd"sv);
}

bool is_zip(std::string_view head) { return head.starts_with("PK\x03\x04"sv); }

bool is_7z(std::string_view head) { return head.starts_with("7z\xbc\xaf\x27\x1c"sv); }

bool is_tar(std::string_view head, bool old) {
    constexpr std::size_t block = 512, checksum = 148, width = 8;
    if (head.size() < block || head.front() == '\0')
        return false;
    if (has(head, 257, "ustar"))
        return true;
    unsigned sum = 0;
    for (std::size_t i = 0; i < block; ++i)
        sum += i >= checksum && i < checksum + width ? ' ' : static_cast<unsigned char>(head[i]);
    return old && octal(head.substr(checksum, width)) == sum;
}

bool is_partitioned(std::string_view head) {
    return has(head, 510, "\x55\xaa") || has(head, 512, "EFI PART") || has(head, 4096, "EFI PART");
}

bool starts_as(std::string_view head, DiskFormat format) {
    return std::ranges::any_of(facts_of(format).magics,
                               [&](const Magic &magic) { return has(head, magic.offset, magic.bytes); });
}

bool is_iso(std::string_view head) {
    constexpr std::size_t sector = 2048, first = 16;
    if (has(head, first * sector + 1, "CD001"))
        return true;
    for (auto at = first * sector; at + sector <= head.size(); at += sector)
        if (has(head, at + 1, "NSR02") || has(head, at + 1, "NSR03"))
            return true;
    return false;
}

bool is_disk(std::string_view head) {
    return is_partitioned(head) || std::ranges::any_of(disk_formats(), [&](const DiskFormatFacts &facts) {
               return starts_as(head, facts.format);
           });
}

} // namespace h2k
