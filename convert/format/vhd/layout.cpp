// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhd/layout.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/limits.h"
#include "convert/format/vhd/parent.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view cookie = "conectix", header_cookie = "cxsparse";
constexpr std::size_t footer_size = 512;
constexpr std::size_t footer_checksum = 64, header_checksum = 36;
constexpr std::uint32_t version_1 = 0x00010000;
constexpr std::uint64_t most_sectors = 0xff000000; // 2040 GiB, the limit of the format and of QEMU
constexpr std::uint32_t most_entries = 1u << 24;   // 2040 GiB in blocks of 128 KiB; writers use 512 KiB and 2 MiB

std::unexpected<Error> contradiction(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE,
                _("“%s” is a damaged VHD: the footer at its end and the copy at its start contradict each other."),
                file.name().c_str());
}

/// The checksum is the ones' complement of the sum of all bytes but its own four.
bool is_sound(std::string_view bytes, std::size_t checksum) {
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < bytes.size(); at++)
        if (at < checksum || at >= checksum + sizeof sum)
            sum += static_cast<unsigned char>(bytes[at]);
    return big_endian<std::uint32_t>(bytes, checksum) == ~sum;
}

Result<> check_footer(const HostFile &file, std::string_view footer) {
    if (!footer.starts_with(cookie))
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: the footer at the end of this VHD is missing."),
                    file.name().c_str());
    if (!is_sound(footer, footer_checksum))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHD: the checksum of its footer is wrong."),
                    file.name().c_str());
    if (const auto version = big_endian<std::uint32_t>(footer, 12); version != version_1)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VHD of version %u.%u, which is not supported."), file.name().c_str(),
                    version >> 16, version & 0xffff);
    const auto type = big_endian<std::uint32_t>(footer, 60);
    if (type < static_cast<std::uint32_t>(VhdType::fixed) || type > static_cast<std::uint32_t>(VhdType::differencing))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VHD of type %u, which is not supported."), file.name().c_str(),
                    type);
    return {};
}

Result<VhdLayout> decode_footer(const HostFile &file, std::string_view footer) {
    VhdLayout layout;
    layout.type = static_cast<VhdType>(big_endian<std::uint32_t>(footer, 60));
    layout.bytes = big_endian<std::uint64_t>(footer, 48);
    layout.id = uuid_text(footer.substr(68));
    layout.saved_state = footer[84] != 0;
    layout.header_offset = big_endian<std::uint64_t>(footer, 16);
    if (layout.bytes == 0 || layout.bytes % sector_size != 0 || layout.bytes / sector_size > most_sectors)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHD: its disk size is invalid."), file.name().c_str());
    return layout;
}

/// Compares all but the features and the reserved bytes, which may change without the copy being written.
bool agree(std::string_view footer, std::string_view copy) {
    constexpr std::array<std::pair<std::size_t, std::size_t>, 3> parts{{{12, 12}, {28, 36}, {68, 16}}};
    return std::ranges::all_of(parts, [&](const auto &part) {
        return footer.substr(part.first, part.second) == copy.substr(part.first, part.second);
    });
}

Result<> check_header(const HostFile &file, const VhdLayout &layout, std::string_view header) {
    const char *name = file.name().c_str();
    if (!header.starts_with(header_cookie) || !is_sound(header, header_checksum))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHD: its header is missing or has a wrong checksum."), name);
    if (const auto version = big_endian<std::uint32_t>(header, 24); version != version_1)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VHD of version %u.%u, which is not supported."), name, version >> 16,
                    version & 0xffff);
    if (layout.block_bytes < sector_size || !std::has_single_bit(layout.block_bytes))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHD: its block size is invalid."), name);
    if (layout.table_offset % sector_size != 0 || layout.table_entries > most_entries ||
        std::uint64_t{layout.table_entries} * layout.block_bytes < layout.bytes)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHD: its block table does not cover its size."), name);
    return {};
}

Result<VhdLayout> read_sparse(const HostFile &file, VhdLayout layout) {
    if (layout.header_offset % sector_size != 0 || layout.header_offset < footer_size)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHD: the offset of its header is invalid."),
                    file.name().c_str());
    const auto header = H2K_TRY(file.read(layout.header_offset, vhd_header_size));
    layout.table_offset = big_endian<std::uint64_t>(header, 16);
    layout.table_entries = big_endian<std::uint32_t>(header, 28);
    layout.block_bytes = big_endian<std::uint32_t>(header, 32);
    H2K_CHECK(check_header(file, layout, header));
    if (layout.type == VhdType::differencing)
        layout.parent = H2K_TRY(read_vhd_parent(file, header));
    return layout;
}

Result<VhdLayout> read_fixed(const HostFile &file, VhdLayout layout) {
    const auto data = file.size() - footer_size;
    if (layout.bytes > data)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is truncated: it should have %" G_GUINT64_FORMAT
                      " bytes before its footer, and has %" G_GUINT64_FORMAT "."),
                    file.name().c_str(), guint64{layout.bytes}, guint64{data});
    if (layout.bytes < data)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is a damaged VHD: its size and the length of the file contradict each other."),
                    file.name().c_str());
    return layout;
}

} // namespace

std::uint64_t VhdLayout::bitmap_bytes() const noexcept {
    const auto sectors = block_bytes / sector_size;
    return ((sectors + 7) / 8 + sector_size - 1) / sector_size * sector_size;
}

bool is_sparse_vhd(std::string_view head) { return head.starts_with(cookie); }

bool ends_as_vhd(const HostFile &file) {
    if (file.size() < footer_size)
        return false;
    const auto tail = file.read(file.size() - footer_size, footer_size);
    return tail && tail->starts_with(cookie);
}

Result<VhdLayout> read_vhd(const HostFile &file) {
    if (file.size() < footer_size)
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: the footer at the end of this VHD is missing."),
                    file.name().c_str());
    const auto footer = H2K_TRY(file.read(file.size() - footer_size, footer_size));
    H2K_CHECK(check_footer(file, footer));
    const auto layout = H2K_TRY(decode_footer(file, footer));
    const auto head = H2K_TRY(file.read(0, footer_size));
    // QEMU uses the copy at the start if there is one: on a fixed disk, the guest could have written it.
    if (is_sparse_vhd(head) != (layout.type != VhdType::fixed))
        return contradiction(file);
    if (layout.type == VhdType::fixed)
        return read_fixed(file, layout);
    H2K_CHECK(check_footer(file, head));
    return agree(footer, head) ? read_sparse(file, layout) : contradiction(file);
}

} // namespace h2k
