// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/reader.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/format/archive/gzip_bytes.h"
#include "convert/format/archive/ownership.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/format/magic.h"
#include <locale.h>

namespace h2k {

/// libarchive searches for the next header of a zip without a limit, within one call.  No valid header is this far away
/// once the member before it was read.
constexpr std::uint64_t most_between = 64u << 20;

struct ArchiveReading {
    ByteSource &from;
    std::string name;
    std::string_view first{};               ///< bytes of @from that were read before libarchive
    std::unique_ptr<ByteSource> unpacked{}; ///< between @from and libarchive, if needed
    std::optional<Error> error;             ///< of @from, passed on past libarchive
    std::uint64_t at = 0;                   ///< offset in @from of the next bytes
    std::uint64_t left = most_between;      ///< bytes that the next header may take
    Owned<archive> reader;                  ///< last, so that it is destroyed first: it calls the others

    ByteSource &source() { return unpacked ? *unpacked : from; }
};

namespace {

using Kind = ArchiveReader::Kind;

la_ssize_t read_bytes(archive *, void *data, const void **bytes) {
    auto &reading = *static_cast<ArchiveReading *>(data);
    auto got = reading.first.empty() ? reading.source().next() : std::exchange(reading.first, {});
    if (!got) {
        reading.error = std::move(got).error();
        return ARCHIVE_FATAL;
    }
    if (got->size() > reading.left) {
        reading.error =
            fail(H2K_ERROR_SOURCE, _("“%s” is damaged: the header of a member is missing."), reading.name.c_str())
                .error();
        return ARCHIVE_FATAL;
    }
    reading.left -= got->size();
    reading.at += got->size();
    *bytes = got->data();
    return static_cast<la_ssize_t>(got->size());
}

la_int64_t skip_bytes(archive *, void *data, la_int64_t count) {
    auto &reading = *static_cast<ArchiveReading *>(data);
    const auto skipped = reading.first.empty() ? reading.source().skip(static_cast<std::uint64_t>(count)) : 0;
    reading.at += skipped;
    return static_cast<la_int64_t>(skipped);
}

la_int64_t seek_bytes(archive *, void *data, la_int64_t offset, int whence) {
    auto &reading = *static_cast<ArchiveReading *>(data);
    const auto size = static_cast<la_int64_t>(reading.source().size().value_or(0));
    const auto base = whence == SEEK_SET ? 0 : whence == SEEK_END ? size : static_cast<la_int64_t>(reading.at);
    la_int64_t to = 0;
    if (__builtin_add_overflow(base, offset, &to) || to < 0 || to > size)
        return ARCHIVE_FATAL;
    reading.at = static_cast<std::uint64_t>(to);
    reading.first = {};
    reading.source().go_to(reading.at);
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
    return all({archive_read_support_filter_gzip, archive_read_support_filter_bzip2, archive_read_support_filter_xz,
                archive_read_support_filter_zstd}) &&
           (kind == Kind::stream ? all({archive_read_support_format_raw, archive_read_support_format_empty})
                                 : all({archive_read_support_format_tar, archive_read_support_format_zip}));
}

std::unexpected<Error> failed(ArchiveReading &reading) {
    if (reading.error)
        return std::unexpected(std::move(*reading.error));
    const char *why = archive_error_string(reading.reader.get());
    return fail(H2K_ERROR_SOURCE, _("“%s” is damaged or cannot be unpacked: %s."), reading.name.c_str(),
                printable(why ? why : "-").c_str());
}

/// libarchive converts the names of a pax archive from UTF-8 to the thread's own character set, and would put '?' into
/// them where the program never called setlocale().
class NamesInUtf8 {
  public:
    NamesInUtf8() : before_(utf8() ? uselocale(utf8()) : nullptr) {}
    NamesInUtf8(const NamesInUtf8 &) = delete;
    NamesInUtf8 &operator=(const NamesInUtf8 &) = delete;
    ~NamesInUtf8() {
        if (before_)
            uselocale(before_);
    }

  private:
    static locale_t utf8() {
        static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return locale;
    }
    locale_t before_;
};

Result<> require_plain_file(archive_entry *entry, const std::string &archive, const std::string &name) {
    const bool link = archive_entry_hardlink(entry) || archive_entry_symlink(entry);
    if (link || archive_entry_filetype(entry) == AE_IFLNK)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds the link “%s”; only files are taken from an archive."),
                    archive.c_str(), name.c_str());
    if (archive_entry_filetype(entry) != AE_IFREG)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds the special file “%s”; only files are taken from an archive."),
                    archive.c_str(), name.c_str());
    if (archive_entry_is_encrypted(entry))
        return fail(H2K_ERROR_SOURCE, _("“%s” in “%s” is encrypted; unpack it first."), name.c_str(), archive.c_str());
    if (archive_entry_size_is_set(entry) &&
        (archive_entry_size(entry) < 0 || static_cast<std::uint64_t>(archive_entry_size(entry)) > largest_member))
        return fail(H2K_ERROR_SOURCE, _("“%s” in “%s” has an invalid size."), name.c_str(), archive.c_str());
    return {};
}

/// Unpacks a compressed stream by a libarchive of its own: the unpacked bytes can then be counted and the work
/// cancelled, however much a packed byte becomes.
class StreamBytes final : public ByteSource {
  public:
    /// @first: the bytes of @from that were read already.  @name: of @from, safe to print.
    StreamBytes(ByteSource &from, std::string_view first, std::string name)
        : whole_(from, first), name_(std::move(name)) {}
    [[nodiscard]] Result<std::string_view> next() override;

  private:
    /// @from with the bytes put back that were read from it.
    class Whole final : public ByteSource {
      public:
        Whole(ByteSource &from, std::string_view first) : from_(from), first_(first) {}
        Result<std::string_view> next() override {
            return first_.empty() ? from_.next() : Result<std::string_view>{std::exchange(first_, {})};
        }

      private:
        ByteSource &from_;
        std::string_view first_;
    };

    Whole whole_;
    std::string name_;
    std::optional<ArchiveReader> reader_;
    bool over_ = false;
};

Result<std::string_view> StreamBytes::next() {
    if (!reader_ && !over_) {
        reader_.emplace(H2K_TRY(ArchiveReader::open(whole_, name_, ArchiveReader::Kind::stream)));
        over_ = !H2K_TRY(reader_->next()).has_value();
    }
    while (!over_) {
        const auto block = H2K_TRY(reader_->read());
        over_ = !block;
        if (block && !block->bytes.empty())
            return block->bytes;
    }
    return std::string_view{};
}

} // namespace

ArchiveReader::ArchiveReader(std::unique_ptr<ArchiveReading> reading) noexcept : reading_(std::move(reading)) {}
ArchiveReader::ArchiveReader(ArchiveReader &&other) noexcept = default;
ArchiveReader::~ArchiveReader() = default;

Result<ArchiveReader> ArchiveReader::open(ByteSource &from, const std::string &name, Kind kind) {
    auto reading = std::make_unique<ArchiveReading>(
        ArchiveReading{.from = from, .name = name, .error = {}, .reader = Owned<archive>{archive_read_new()}});
    auto *reader = reading->reader.get();
    if (!reader || !supports(reader, kind))
        return fail(H2K_ERROR_FAILED, "%s",
                    _("The installed libarchive does not support all archive formats that are needed."));
    if (kind != Kind::tar) {
        reading->first = H2K_TRY(from.next());
        if (is_gzip(reading->first))
            reading->unpacked = std::make_unique<GzipBytes>(from, std::exchange(reading->first, {}), name);
        else if (kind == Kind::archive && is_compressed(reading->first))
            reading->unpacked = std::make_unique<StreamBytes>(from, std::exchange(reading->first, {}), name);
    }
    archive_read_set_callback_data(reader, reading.get());
    archive_read_set_read_callback(reader, read_bytes);
    archive_read_set_skip_callback(reader, skip_bytes);
    if (reading->source().size())
        archive_read_set_seek_callback(reader, seek_bytes);
    if (archive_read_open1(reader) != ARCHIVE_OK)
        return failed(*reading);
    // One of the filters is the source of the bytes.
    if (archive_filter_count(reader) > (reading->unpacked || kind == Kind::archive ? 1 : 2))
        return fail(H2K_ERROR_SOURCE, _("“%s” is compressed more than once; unpack it first."), name.c_str());
    return ArchiveReader{std::move(reading)};
}

Result<std::optional<ArchiveEntry>> ArchiveReader::next() {
    archive_entry *entry = nullptr;
    const NamesInUtf8 for_libarchive;
    reading_->left = most_between;
    const int status = archive_read_next_header(reading_->reader.get(), &entry);
    if (reading_->error || (status != ARCHIVE_OK && status != ARCHIVE_WARN && status != ARCHIVE_EOF))
        return failed(*reading_);
    if (status == ARCHIVE_EOF)
        return std::nullopt;
    ArchiveEntry found;
    if (archive_entry_filetype(entry) == AE_IFDIR) {
        found.folder = true;
        return found;
    }
    const char *raw = archive_entry_pathname(entry);
    found.name = H2K_TRY(member_name(raw ? raw : "", reading_->name));
    H2K_CHECK(require_plain_file(entry, reading_->name, printable(found.name)));
    found.sparse = archive_entry_sparse_count(entry) > 0;
    if (archive_entry_size_is_set(entry))
        found.size = static_cast<std::uint64_t>(archive_entry_size(entry));
    return found;
}

Result<std::optional<ArchiveReader::Block>> ArchiveReader::read() {
    const void *bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    reading_->left = most_between;
    const int status = archive_read_data_block(reading_->reader.get(), &bytes, &size, &offset);
    if (status == ARCHIVE_EOF && !reading_->error)
        return std::nullopt;
    // ARCHIVE_WARN is a checksum mismatch.
    if (status != ARCHIVE_OK || offset < 0)
        return failed(*reading_);
    return Block{.bytes = {static_cast<const char *>(bytes), size}, .offset = static_cast<std::uint64_t>(offset)};
}

std::uint64_t ArchiveReader::header_position() const {
    return static_cast<std::uint64_t>(archive_read_header_position(reading_->reader.get()));
}

std::uint64_t ArchiveReader::position() const {
    return static_cast<std::uint64_t>(archive_filter_bytes(reading_->reader.get(), 0));
}

bool ArchiveReader::reads_to_skip() const {
    return !reading_->source().size() || archive_filter_count(reading_->reader.get()) > 1;
}

} // namespace h2k
