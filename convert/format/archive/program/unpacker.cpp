// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/program/unpacker.h"
#include "convert/base/error.h"
#include "convert/format/archive/program/gzip_bytes.h"
#include "convert/format/archive/program/ownership.h"
#include "convert/format/magic.h"
#include <cerrno>

namespace h2k {

/// libarchive searches for the next header of a zip without a limit, within one call.  No valid header is this far away
/// once the member before it was read.
constexpr std::uint64_t most_between = 64u << 20;

struct Libarchive {
    PackedBytes &from;
    std::string_view first{};                ///< bytes of @from that were read before libarchive
    std::unique_ptr<PackedBytes> unpacked{}; ///< between @from and libarchive, if needed
    std::optional<Failure> failure;          ///< of @from, passed on past libarchive
    std::uint64_t at = 0;                    ///< offset in @from of the next bytes
    std::uint64_t left = most_between;       ///< bytes that the next header may take
    bool solid = false;                      ///< members are one stream: to skip one is to unpack it
    Owned<archive> reader;                   ///< last, so that it is destroyed first: it calls the others

    PackedBytes &source() { return unpacked ? *unpacked : from; }
};

namespace {

using Kind = PackedKind;

la_ssize_t read_bytes(archive *, void *data, const void **bytes) {
    auto &unpacking = *static_cast<Libarchive *>(data);
    auto got = unpacking.first.empty() ? unpacking.source().next() : std::exchange(unpacking.first, {});
    if (!got) {
        unpacking.failure = std::move(got).error();
        return ARCHIVE_FATAL;
    }
    if (got->size() > unpacking.left) {
        unpacking.failure = Failure{.why = ArchiveFailure::no_header, .text = {}};
        return ARCHIVE_FATAL;
    }
    unpacking.left -= got->size();
    unpacking.at += got->size();
    *bytes = got->data();
    return static_cast<la_ssize_t>(got->size());
}

la_int64_t skip_bytes(archive *, void *data, la_int64_t count) {
    auto &unpacking = *static_cast<Libarchive *>(data);
    const auto skipped = unpacking.first.empty() ? unpacking.source().skip(static_cast<std::uint64_t>(count)) : 0;
    unpacking.at += skipped;
    return static_cast<la_int64_t>(skipped);
}

la_int64_t seek_bytes(archive *, void *data, la_int64_t offset, int whence) {
    auto &unpacking = *static_cast<Libarchive *>(data);
    const auto size = static_cast<la_int64_t>(unpacking.source().size().value_or(0));
    const auto base = whence == SEEK_SET ? 0 : whence == SEEK_END ? size : static_cast<la_int64_t>(unpacking.at);
    la_int64_t to = 0;
    if (__builtin_add_overflow(base, offset, &to) || to < 0 || to > size)
        return ARCHIVE_FATAL;
    unpacking.at = static_cast<std::uint64_t>(to);
    unpacking.first = {};
    unpacking.source().go_to(unpacking.at);
    return to;
}

/// ARCHIVE_WARN would mean that libarchive runs a host program for it.
bool supports(archive *reader, Kind kind) {
    const auto all = [&](std::initializer_list<int (*)(archive *)> wanted) {
        bool good = true;
        for (const auto support : wanted)
            good = good && support(reader) == ARCHIVE_OK;
        return good;
    };
    if (kind == Kind::tar)
        return all({archive_read_support_format_tar});
    const bool is_stream = kind == Kind::stream || kind == Kind::kernel;
    if (kind == Kind::kernel && !all({archive_read_support_filter_lz4, archive_read_support_filter_lzma}))
        return false;
    return all({archive_read_support_filter_gzip, archive_read_support_filter_bzip2, archive_read_support_filter_xz,
                archive_read_support_filter_zstd}) &&
           (is_stream ? all({archive_read_support_format_raw, archive_read_support_format_empty})
                      : all({archive_read_support_format_tar, archive_read_support_format_zip}));
}

/// 7z lies behind its own magic number alone: libarchive also searches programs for it.  Its reader needs to seek.
Outcome<void> support_7z(Libarchive &unpacking) {
    if (!is_7z(unpacking.first))
        return {};
    unpacking.solid = true;
    if (unpacking.source().size() && archive_read_support_format_7zip(unpacking.reader.get()) == ARCHIVE_OK)
        return {};
    return std::unexpected(Failure{.why = ArchiveFailure::not_supported, .text = {}});
}

std::unexpected<Failure> failed(Libarchive &unpacking) {
    if (unpacking.failure)
        return std::unexpected(*std::move(unpacking.failure));
    auto *reader = unpacking.reader.get();
    const char *why = archive_error_string(reader);
    return std::unexpected(
        Failure{.why = archive_errno(reader) == ENOMEM ? ArchiveFailure::memory : ArchiveFailure::damaged,
                .text = why ? why : "-"});
}

/// Unpacks a compressed stream by a libarchive of its own: the unpacked bytes can then be counted, however much a
/// packed byte becomes.
class StreamBytes final : public PackedBytes {
  public:
    /// @first: the bytes of @from that were read already.
    StreamBytes(PackedBytes &from, std::string_view first) : whole_(from, first) {}
    [[nodiscard]] Outcome<std::string_view> next() override;

  private:
    /// @from with the bytes put back that were read from it.
    class Whole final : public PackedBytes {
      public:
        Whole(PackedBytes &from, std::string_view first) : from_(from), first_(first) {}
        Outcome<std::string_view> next() override {
            return first_.empty() ? from_.next() : Outcome<std::string_view>{std::exchange(first_, {})};
        }

      private:
        PackedBytes &from_;
        std::string_view first_;
    };

    Whole whole_;
    std::optional<Unpacker> unpacker_;
    bool over_ = false;
};

Outcome<std::string_view> StreamBytes::next() {
    if (!unpacker_ && !over_) {
        unpacker_.emplace(H2K_TRY(Unpacker::open(whole_, Kind::stream)));
        over_ = !H2K_TRY(unpacker_->next()).has_value();
    }
    while (!over_) {
        const auto block = H2K_TRY(unpacker_->read());
        over_ = !block;
        if (block && !block->bytes.empty())
            return block->bytes;
    }
    return std::string_view{};
}

std::uint32_t flags_of(archive_entry *entry) {
    using namespace archive_flags;
    const bool linked = archive_entry_hardlink(entry) || archive_entry_symlink(entry);
    const auto type = archive_entry_filetype(entry);
    std::uint32_t flags = 0;
    if (linked || type == AE_IFLNK)
        flags |= link;
    else if (type == AE_IFDIR)
        flags |= folder;
    else if (type != AE_IFREG)
        flags |= special;
    if (archive_entry_is_encrypted(entry))
        flags |= encrypted;
    if (archive_entry_sparse_count(entry) > 0)
        flags |= sparse;
    if (archive_entry_size_is_set(entry))
        flags |= has_size;
    return flags;
}

} // namespace

Unpacker::Unpacker(std::unique_ptr<Libarchive> unpacking) noexcept : unpacking_(std::move(unpacking)) {}
Unpacker::Unpacker(Unpacker &&other) noexcept = default;
Unpacker::~Unpacker() = default;

Outcome<Unpacker> Unpacker::open(PackedBytes &from, PackedKind kind) {
    auto unpacking = std::make_unique<Libarchive>(
        Libarchive{.from = from, .failure = {}, .reader = Owned<archive>{archive_read_new()}});
    auto *reader = unpacking->reader.get();
    if (!reader || !supports(reader, kind))
        return std::unexpected(Failure{.why = ArchiveFailure::not_supported, .text = {}});
    if (kind != Kind::tar) {
        unpacking->first = H2K_TRY(from.next());
        if (is_gzip(unpacking->first))
            unpacking->unpacked = std::make_unique<GzipBytes>(from, std::exchange(unpacking->first, {}));
        else if (kind == Kind::archive && is_compressed(unpacking->first))
            unpacking->unpacked = std::make_unique<StreamBytes>(from, std::exchange(unpacking->first, {}));
    }
    if (kind == Kind::archive)
        H2K_CHECK(support_7z(*unpacking));
    archive_read_set_callback_data(reader, unpacking.get());
    archive_read_set_read_callback(reader, read_bytes);
    archive_read_set_skip_callback(reader, skip_bytes);
    if (unpacking->source().size())
        archive_read_set_seek_callback(reader, seek_bytes);
    if (archive_read_open1(reader) != ARCHIVE_OK)
        return failed(*unpacking);
    // One of the filters is the source of the bytes.
    if (archive_filter_count(reader) > (unpacking->unpacked || kind == Kind::archive ? 1 : 2))
        return std::unexpected(Failure{.why = ArchiveFailure::packed_repeatedly, .text = {}});
    return Unpacker{std::move(unpacking)};
}

Outcome<std::optional<Content::Entry>> Unpacker::next() {
    archive_entry *entry = nullptr;
    unpacking_->left = most_between;
    const int status = archive_read_next_header(unpacking_->reader.get(), &entry);
    if (unpacking_->failure || (status != ARCHIVE_OK && status != ARCHIVE_WARN && status != ARCHIVE_EOF))
        return failed(*unpacking_);
    if (status == ARCHIVE_EOF)
        return std::nullopt;
    const char *name = archive_entry_pathname(entry);
    return Entry{.flags = flags_of(entry),
                 .size = static_cast<std::uint64_t>(archive_entry_size(entry)),
                 .name = name ? name : ""};
}

Outcome<std::optional<Content::Block>> Unpacker::read() {
    const void *bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    unpacking_->left = most_between;
    const int status = archive_read_data_block(unpacking_->reader.get(), &bytes, &size, &offset);
    if (status == ARCHIVE_EOF && !unpacking_->failure)
        return std::nullopt;
    // ARCHIVE_WARN is a checksum mismatch.
    if (status != ARCHIVE_OK || offset < 0)
        return failed(*unpacking_);
    return Block{.bytes = {static_cast<const char *>(bytes), size}, .offset = static_cast<std::uint64_t>(offset)};
}

std::uint64_t Unpacker::header_position() const {
    return static_cast<std::uint64_t>(archive_read_header_position(unpacking_->reader.get()));
}

std::uint64_t Unpacker::position() const {
    return static_cast<std::uint64_t>(archive_filter_bytes(unpacking_->reader.get(), 0));
}

bool Unpacker::reads_to_skip() const {
    return unpacking_->solid || !unpacking_->source().size() || archive_filter_count(unpacking_->reader.get()) > 1;
}

} // namespace h2k
