// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhdx/log_entry.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/vhdx/header.h"
#include <algorithm>

namespace h2k {

namespace {

// [MS-VHDX] sections 2.3.1.1 to 2.3.1.4; numbers have their least significant byte first.
constexpr std::size_t entry_header = 64, descriptor_size = 32;
constexpr std::size_t leading_bytes = 8, trailing_bytes = 4;

VhdxLogEntry decode(std::string_view header, std::uint64_t at) {
    return {.at = at,
            .length = little_endian<std::uint32_t>(header, 8),
            .tail = little_endian<std::uint32_t>(header, 12),
            .descriptors = little_endian<std::uint32_t>(header, 24),
            .sequence = little_endian<std::uint64_t>(header, 16),
            .flushed_size = little_endian<std::uint64_t>(header, 48),
            .last_size = little_endian<std::uint64_t>(header, 56)};
}

/// Bytes of @entry before its data: its header and the descriptors.
std::uint64_t head_of(const VhdxLogEntry &entry) {
    const auto bytes = entry_header + std::uint64_t{entry.descriptors} * descriptor_size;
    return (bytes + VhdxLogRing::unit - 1) / VhdxLogRing::unit * VhdxLogRing::unit;
}

bool is_valid(const VhdxLogEntry &entry, std::uint64_t size) {
    return entry.length > 0 && entry.length % VhdxLogRing::unit == 0 && entry.length <= size &&
           entry.tail % VhdxLogRing::unit == 0 && entry.tail < size && entry.sequence != 0 &&
           head_of(entry) <= entry.length;
}

/// What a descriptor of data says; its first and last bytes are not in the sector of data, whose place the numbers of
/// the sequence have there.
std::optional<std::string> content_of(std::string_view descriptor, std::string_view sector, std::uint64_t sequence) {
    const auto high = little_endian<std::uint32_t>(sector, 4);
    const auto low = little_endian<std::uint32_t>(sector, VhdxLogRing::unit - trailing_bytes);
    if (!sector.starts_with("data") || high != sequence >> 32 || low != (sequence & 0xffffffff))
        return std::nullopt;
    std::string content{sector};
    content.replace(0, leading_bytes, descriptor, 8, leading_bytes);
    content.replace(VhdxLogRing::unit - trailing_bytes, trailing_bytes, descriptor, 4, trailing_bytes);
    return content;
}

} // namespace

std::string VhdxLogRing::bytes_from(std::uint64_t at, std::uint64_t length) const {
    const auto first = std::min(length, size() - at);
    return bytes_.substr(at, first) + bytes_.substr(0, length - first);
}

std::optional<VhdxLogEntry> VhdxLogRing::entry(std::uint64_t at) {
    auto found = known_.find(at);
    if (found == known_.end())
        found = known_.emplace(at, read_entry(at)).first;
    return found->second;
}

std::optional<VhdxLogEntry> VhdxLogRing::read_entry(std::uint64_t at) {
    const auto header = std::string_view{bytes_}.substr(at, entry_header);
    if (!header.starts_with("loge") || guid_text(header.substr(32)) != guid_)
        return std::nullopt;
    const auto entry = decode(header, at);
    if (!is_valid(entry, size()) || entry.length > unexamined_)
        return std::nullopt;
    unexamined_ -= entry.length;
    return has_vhdx_checksum(bytes_from(at, entry.length)) ? std::optional{entry} : std::nullopt;
}

bool VhdxLogRing::read(const VhdxLogEntry &entry, std::vector<Patch> &to) const {
    const auto all = bytes_from(entry.at, entry.length);
    auto data = head_of(entry);
    for (std::uint64_t i = 0; i < entry.descriptors; i++) {
        const auto descriptor = std::string_view{all}.substr(entry_header + i * descriptor_size, descriptor_size);
        Patch patch{.offset = little_endian<std::uint64_t>(descriptor, 16), .length = unit, .bytes = {}};
        if (little_endian<std::uint64_t>(descriptor, 24) != entry.sequence || patch.offset % unit != 0)
            return false;
        if (descriptor.starts_with("zero")) {
            patch.length = little_endian<std::uint64_t>(descriptor, 8);
        } else if (descriptor.starts_with("desc") && data < all.size()) {
            auto content = content_of(descriptor, std::string_view{all}.substr(data, unit), entry.sequence);
            if (!content)
                return false;
            patch.bytes = *std::move(content);
            data += unit;
        } else {
            return false;
        }
        if (patch.length == 0 || patch.length % unit != 0)
            return false;
        to.push_back(std::move(patch));
    }
    return true;
}

} // namespace h2k
