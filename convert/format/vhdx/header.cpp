// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhdx/header.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/limits.h"
#include "convert/format/vhdx/crc32c.h"

namespace h2k {

namespace {

// [MS-VHDX] sections 2.2.1 and 2.2.2; QEMU also reads both copies of the header.
constexpr std::string_view identifier = "vhdxfile";
constexpr std::uint64_t first_header = 64u << 10, second_header = 128u << 10;
constexpr std::size_t header_size = 4096;
constexpr std::size_t checksum_at = 4;
constexpr std::string_view no_log = "00000000-0000-0000-0000-000000000000";
constexpr std::uint64_t largest_file = 2 * largest_disk;

std::unexpected<Error> damaged_headers(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: it has no valid header."), file.name().c_str());
}

/// The valid one with the higher sequence number.
Result<VhdxHeader> current_header(const HostFile &file) {
    VhdxHeader best;
    for (const auto offset : {first_header, second_header}) {
        auto header = H2K_TRY(file.read(offset, header_size));
        if (header.compare(0, 4, "head") != 0 || !has_vhdx_checksum(header))
            continue;
        const auto sequence = little_endian<std::uint64_t>(header, 8);
        const auto other = little_endian<std::uint64_t>(best.bytes, 8);
        // Two different headers with the same number cannot both be current.
        if (!best.bytes.empty() && sequence == other && header != best.bytes)
            return damaged_headers(file);
        if (best.bytes.empty() || sequence > other)
            best.offset = offset, best.bytes = std::move(header);
    }
    return best.bytes.empty() ? damaged_headers(file) : Result<VhdxHeader>{std::move(best)};
}

} // namespace

bool is_vhdx(std::string_view head) { return head.starts_with(identifier); }

void put_vhdx_checksum(std::string &part) {
    part.replace(checksum_at, sizeof(std::uint32_t), sizeof(std::uint32_t), '\0');
    part.replace(checksum_at, sizeof(std::uint32_t), little_endian_bytes(crc32c(part)));
}

bool has_vhdx_checksum(std::string part) {
    const auto stored = little_endian<std::uint32_t>(part, checksum_at);
    put_vhdx_checksum(part);
    return little_endian<std::uint32_t>(part, checksum_at) == stored;
}

Result<VhdxHeader> read_vhdx_header(const HostFile &file) {
    if (file.size() < mebibyte)
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: it is shorter than the headers of a VHDX."),
                    file.name().c_str());
    if (file.size() > largest_file)
        return fail(H2K_ERROR_SOURCE, _("“%s” is larger than a VHDX can be."), file.name().c_str());
    auto header = H2K_TRY(current_header(file));
    const std::string_view view{header.bytes};
    const auto log_version = little_endian<std::uint16_t>(view, 64), version = little_endian<std::uint16_t>(view, 66);
    if (version != 1 || log_version != 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VHDX of version %u, which is not supported."), file.name().c_str(),
                    unsigned{version});
    header.identity = guid_text(view.substr(32));
    header.log = {.offset = little_endian<std::uint64_t>(view, 72), .length = little_endian<std::uint32_t>(view, 68)};
    if (const auto guid = guid_text(view.substr(48)); guid != no_log)
        header.log_guid = guid;
    return header;
}

} // namespace h2k
