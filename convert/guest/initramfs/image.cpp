// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/initramfs/image.h"
#include "convert/base/i18n.h"
#include "convert/format/archive/ownership.h"
#include "convert/guest/initramfs/compressed_length.h"
#include "convert/guest/initramfs/newc_reader.h"
#include <array>
#include <optional>

namespace h2k {

namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{2} << 30; ///< of one image, unpacked

struct Compression {
    std::string_view magic;
    const char *name;
    int (*support)(archive *);
    std::optional<std::size_t> (*length)(std::string_view); ///< null: libarchive itself stops where the stream ends
};

using namespace std::string_view_literals;
constexpr std::array<Compression, 6> compressions{{
    {"\x1f\x8b"sv, "gzip", archive_read_support_filter_gzip, nullptr},
    {"\xfd\x37zXZ\0"sv, "xz", archive_read_support_filter_xz, xz_length},
    {"\x28\xb5\x2f\xfd"sv, "zstd", archive_read_support_filter_zstd, zstd_length},
    {"\x02\x21\x4c\x18"sv, "lz4", archive_read_support_filter_lz4, lz4_legacy_length},
    {"BZh"sv, "bzip2", archive_read_support_filter_bzip2, nullptr},
    {"\x5d\0\0"sv, "lzma", archive_read_support_filter_lzma, nullptr},
}};

const Compression *compression_of(std::string_view image) {
    for (const auto &known : compressions)
        if (image.starts_with(known.magic))
            return &known;
    return nullptr;
}

std::unexpected<Error> failed(archive *reader, const Compression &how) {
    const char *why = archive_error_string(reader);
    return fail(H2K_ERROR_FAILED, _("The image's %s data cannot be unpacked: %s"), how.name, why ? why : "-");
}

/// Unpacks @packed into @found; returns how many of its bytes were used.
Result<std::size_t> unpack(std::string_view packed, const Compression &how, ImageNames &found,
                           std::uint64_t &unpacked) {
    const Owned<archive> reader{archive_read_new()};
    // ARCHIVE_WARN would mean that libarchive runs a program of the host for it.
    if (!reader || how.support(reader.get()) != ARCHIVE_OK)
        return fail(H2K_ERROR_FAILED, _("libarchive was built without %s."), how.name);
    archive_entry *entry = nullptr;
    if (archive_read_support_format_raw(reader.get()) != ARCHIVE_OK ||
        archive_read_open_memory(reader.get(), packed.data(), packed.size()) != ARCHIVE_OK ||
        archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK)
        return failed(reader.get(), how);
    NewcReader cpio{found};
    for (;;) {
        const void *block = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        const int status = archive_read_data_block(reader.get(), &block, &size, &offset);
        if (status == ARCHIVE_EOF)
            break;
        if (status != ARCHIVE_OK)
            return failed(reader.get(), how);
        unpacked += size;
        if (unpacked > most_bytes)
            return fail(H2K_ERROR_FAILED, "%s", _("The image unpacks to too many bytes."));
        if (H2K_TRY(cpio.take({static_cast<const char *>(block), size})) != size)
            return fail(H2K_ERROR_FAILED, "%s", _("The image holds compressed data that is not an archive."));
    }
    if (!cpio.may_end())
        return fail(H2K_ERROR_FAILED, "%s", _("The image ends in the middle of an archive."));
    return static_cast<std::size_t>(archive_filter_bytes(reader.get(), -1));
}

} // namespace

Result<std::vector<std::string>> list_initramfs(std::string_view image) {
    ImageNames found;
    std::uint64_t unpacked = 0;
    NewcReader plain{found};
    for (std::size_t at = 0; at < image.size();) {
        at += H2K_TRY(plain.take(image.substr(at)));
        if (at >= image.size())
            break;
        const auto rest = image.substr(at);
        const auto *how = compression_of(rest);
        if (!how)
            return fail(H2K_ERROR_FAILED, _("The image holds neither an archive nor a known compression at byte %zu."),
                        at);
        const auto length = how->length ? how->length(rest) : rest.size();
        if (!length)
            return fail(H2K_ERROR_FAILED, _("The image's %s data is truncated."), how->name);
        auto used = H2K_TRY(unpack(rest.substr(0, *length), *how, found, unpacked));
        if (how->length)
            used = *length;
        if (used == 0 || used > rest.size())
            return fail(H2K_ERROR_FAILED, _("The image's %s data cannot be unpacked: %s"), how->name, "-");
        at += used;
    }
    if (!plain.may_end())
        return fail(H2K_ERROR_FAILED, "%s", _("The image ends in the middle of an archive."));
    if (found.names.empty())
        return fail(H2K_ERROR_FAILED, "%s", _("The image holds no archive."));
    return std::move(found.names);
}

} // namespace h2k
