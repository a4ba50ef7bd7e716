// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/program/initramfs.h"
#include "convert/base/error.h"
#include "convert/format/archive/program/compressed_length.h"
#include "convert/format/archive/program/ownership.h"
#include <array>
#include <cerrno>

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

std::unexpected<Failure> failed(archive *reader, const Compression &how) {
    const char *why = archive_error_string(reader);
    return std::unexpected(
        Failure{.why = archive_errno(reader) == ENOMEM ? ArchiveFailure::memory : ArchiveFailure::damaged,
                .text = std::string{how.name} + ": " + (why ? why : "-")});
}

/// Unpacks @packed into @found; returns how many of its bytes were used.
Outcome<std::size_t> unpack(std::string_view packed, const Compression &how, ImageNames &found,
                            std::uint64_t &unpacked) {
    const Owned<archive> reader{archive_read_new()};
    // ARCHIVE_WARN would mean that libarchive runs a program of the host for it.
    if (!reader || how.support(reader.get()) != ARCHIVE_OK)
        return std::unexpected(Failure{.why = ArchiveFailure::not_supported, .text = {}});
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
            return damaged("it unpacks to too many bytes");
        if (H2K_TRY(cpio.take({static_cast<const char *>(block), size})) != size)
            return damaged("it holds compressed data that is not an archive");
    }
    if (!cpio.may_end())
        return damaged("it ends in the middle of an archive");
    return static_cast<std::size_t>(archive_filter_bytes(reader.get(), -1));
}

/// Names of all that is in @image and is not a folder.  @last: how its last part is compressed.
Outcome<std::string> list(std::string_view image, std::string &last) {
    ImageNames found;
    std::uint64_t unpacked = 0;
    NewcReader plain{found};
    for (std::size_t at = 0; at < image.size();) {
        const auto before = found.count;
        at += H2K_TRY(plain.take(image.substr(at)));
        if (found.count != before)
            last = plain_part;
        if (at >= image.size())
            break;
        const auto rest = image.substr(at);
        const auto *how = compression_of(rest);
        if (!how)
            return damaged("it holds neither an archive nor a known compression at byte " + std::to_string(at));
        const auto length = how->length ? how->length(rest) : rest.size();
        if (!length)
            return damaged(std::string{"its "} + how->name + " data is truncated");
        auto used = H2K_TRY(unpack(rest.substr(0, *length), *how, found, unpacked));
        if (how->length)
            used = *length;
        if (used == 0 || used > rest.size())
            return damaged(std::string{"its "} + how->name + " data cannot be unpacked");
        at += used;
        last = how->name;
    }
    if (!plain.may_end())
        return damaged("it ends in the middle of an archive");
    if (found.count == 0)
        return damaged("it holds no archive");
    return std::move(found.names);
}

} // namespace

Outcome<std::optional<Content::Entry>> InitramfsNames::next() {
    if (std::exchange(begun_, true))
        return std::nullopt;
    // Where a compressed part ends shows only once all of it is there.
    std::string image;
    image.reserve(static_cast<std::size_t>(std::min(from_.size().value_or(0), most_bytes)));
    for (;;) {
        const auto part = H2K_TRY(from_.next());
        if (part.empty())
            break;
        image += part;
    }
    std::string last;
    names_ = H2K_TRY(list(image, last));
    return Entry{.name = std::move(last)};
}

Outcome<std::optional<Content::Block>> InitramfsNames::read() {
    if (std::exchange(over_, true) || names_.empty())
        return std::nullopt;
    return Block{.bytes = names_};
}

} // namespace h2k
