// SPDX-License-Identifier: LGPL-2.1-or-later
// lvm2: lib/format_text/layout.h, lib/label/label.h; libyal's "Logical Volume Manager (LVM) format".
#include "convert/direct/program/lvm/label.h"
#include "convert/format/bytes.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::size_t sector = 512, label_sectors = 4, uuid_bytes = 32;
constexpr std::size_t most_areas = 8; ///< LVM makes two at most
constexpr std::uint64_t header_bytes = 512, most_text = 16u << 20;
constexpr std::string_view area_magic{" LVM2 x[5A%r0N*>"};

struct Area {
    std::uint64_t offset = 0, size = 0;
};

template <typename T> T number(std::string_view from, std::size_t at) { return little_endian<T>(from, at); }

/// A list that an empty one ends; @at moves behind it.  Null: it does not end.
std::optional<std::vector<Area>> areas_at(std::string_view label, std::size_t &at) {
    std::vector<Area> areas;
    for (; at + 16 <= label.size() && areas.size() <= most_areas; at += 16) {
        const Area area{number<std::uint64_t>(label, at), number<std::uint64_t>(label, at + 8)};
        if (area.offset == 0) {
            at += 16;
            return areas;
        }
        areas.push_back(area);
    }
    return std::nullopt;
}

/// The sector with the label.
std::optional<std::string> label_in(std::string_view start) {
    for (std::size_t i = 0; i < label_sectors; ++i) {
        const auto label = start.substr(std::min(start.size(), i * sector), sector);
        if (!label.starts_with("LABELONE"))
            continue;
        if (label.size() < sector || label.substr(24, 8) != "LVM2 001" || number<std::uint64_t>(label, 8) != i ||
            number<std::uint32_t>(label, 16) != lvm_checksum(label.substr(20)))
            return std::nullopt;
        return std::string{label};
    }
    return std::nullopt;
}

Result<std::optional<std::string>> read_at(Bytes &device, std::uint64_t offset, std::uint64_t length) {
    if (length > most_text || offset > device.size() || length > device.size() - offset)
        return std::nullopt;
    std::string bytes(static_cast<std::size_t>(length), '\0');
    H2K_CHECK(device.read(offset, bytes));
    return bytes;
}

/// The description in the ring buffer of @area; "" where it holds none or is not in use.  Null: damaged.
Result<std::optional<std::string>> text_in(Bytes &device, const Area &area) {
    const auto header = H2K_TRY(read_at(device, area.offset, header_bytes));
    if (!header || std::string_view{*header}.substr(4, area_magic.size()) != area_magic ||
        number<std::uint32_t>(*header, 0) != lvm_checksum(std::string_view{*header}.substr(4)) ||
        number<std::uint32_t>(*header, 20) != 1 || number<std::uint64_t>(*header, 24) != area.offset ||
        number<std::uint64_t>(*header, 32) != area.size || area.size <= header_bytes)
        return std::nullopt;
    constexpr std::size_t committed = 40, planned = 64;
    const auto offset = number<std::uint64_t>(*header, committed), size = number<std::uint64_t>(*header, committed + 8);
    if (number<std::uint64_t>(*header, planned) != 0)
        return std::nullopt; // a change that was not completed
    if (offset == 0 || (number<std::uint32_t>(*header, committed + 20) & 1) != 0)
        return std::string{};
    if (offset < header_bytes || offset >= area.size || size == 0 || size > area.size - header_bytes)
        return std::nullopt;
    const auto first = std::min(size, area.size - offset);
    auto text = H2K_TRY(read_at(device, area.offset + offset, first));
    const auto wrapped = H2K_TRY(read_at(device, area.offset + header_bytes, size - first));
    if (!text || !wrapped)
        return std::nullopt;
    text->append(*wrapped);
    if (lvm_checksum(*text) != number<std::uint32_t>(*header, committed + 16))
        return std::nullopt;
    text->resize(std::min(text->find('\0'), text->size()));
    return text;
}

} // namespace

/// CRC-32 as in zlib, but for what it starts and ends with (lvm2, lib/misc/crc.c).
std::uint32_t lvm_checksum(std::string_view bytes) {
    std::uint32_t sum = 0xf597a6cf;
    for (const char c : bytes) {
        sum ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return sum;
}

Result<std::optional<PhysicalVolume>> read_physical_volume(Bytes &device) {
    const auto start = H2K_TRY(read_at(device, 0, std::min<std::uint64_t>(device.size(), label_sectors * sector)));
    const auto label = label_in(start.value_or(""));
    if (!label)
        return std::nullopt;
    std::size_t at = number<std::uint32_t>(*label, 20);
    if (at < 32 || at > sector - uuid_bytes - 8)
        return std::nullopt;
    PhysicalVolume found{.uuid = label->substr(at, uuid_bytes), .text = {}};
    at += uuid_bytes + 8; // and the size of the device
    const auto data = areas_at(*label, at);
    const auto metadata = data ? areas_at(*label, at) : std::nullopt;
    if (!metadata)
        return std::nullopt;
    for (const auto &area : *metadata) {
        auto text = H2K_TRY(text_in(device, area));
        if (!text || (!text->empty() && !found.text.empty() && *text != found.text))
            return std::nullopt;
        if (!text->empty())
            found.text = *std::move(text);
    }
    return found;
}

} // namespace h2k
