// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/reader.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/format/archive/source_link.h"
#include <algorithm>

namespace h2k {

struct ArchiveReading {
    SourceLink link;
    std::uint64_t header = 0, position = 0;
    bool reads_to_skip = false;
    std::string bytes; ///< that came with the last answer

    [[nodiscard]] const std::string &name() const { return link.name(); }
    /// The answer to @question, which is @wanted or, if there is no more, over.
    [[nodiscard]] Result<ArchiveMessage> ask(const ArchiveMessage &question, ArchiveWord wanted);
};

namespace {

using Kind = ArchiveReader::Kind;

/// Bytes of the source that one answer may take: libarchive searches for a header without a limit of its own.
constexpr std::uint64_t most_for_answer = 128u << 20;

/// What the program says of why it cannot go on.
std::unexpected<Error> failed(const ArchiveMessage &answer, const std::string &name, std::string_view says) {
    switch (static_cast<ArchiveFailure>(answer.flags)) {
    case ArchiveFailure::truncated:
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: its compressed data ends too early."), name.c_str());
    case ArchiveFailure::no_header:
        return fail(H2K_ERROR_SOURCE, _("“%s” is damaged: the header of a member is missing."), name.c_str());
    case ArchiveFailure::packed_repeatedly:
        return fail(H2K_ERROR_SOURCE, _("“%s” is compressed more than once; unpack it first."), name.c_str());
    case ArchiveFailure::memory:
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” needs more memory to unpack than the limit of %s; unpack it first, or pack it with a smaller "
              "dictionary, such as that of “xz -9”."),
            name.c_str(), size_for_people(archive_memory).c_str());
    case ArchiveFailure::not_supported:
        return fail(H2K_ERROR_FAILED, "%s",
                    _("The installed libarchive does not support all archive formats that are needed."));
    default:
        return fail(H2K_ERROR_SOURCE, _("“%s” is damaged or cannot be unpacked: %s."), name.c_str(),
                    printable(says.substr(0, longest_text)).c_str());
    }
}

Result<> require_plain_file(const ArchiveMessage &entry, const std::string &archive, const std::string &name) {
    if (entry.flags & archive_flags::link)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds the link “%s”; only files are taken from an archive."),
                    archive.c_str(), name.c_str());
    if (entry.flags & archive_flags::special)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds the special file “%s”; only files are taken from an archive."),
                    archive.c_str(), name.c_str());
    if (entry.flags & archive_flags::encrypted)
        return fail(H2K_ERROR_SOURCE, _("“%s” in “%s” is encrypted; unpack it first."), name.c_str(), archive.c_str());
    if ((entry.flags & archive_flags::has_size) && entry.number > largest_member)
        return fail(H2K_ERROR_SOURCE, _("“%s” in “%s” has an invalid size."), name.c_str(), archive.c_str());
    return {};
}

} // namespace

Result<ArchiveMessage> ArchiveReading::ask(const ArchiveMessage &question, ArchiveWord wanted) {
    const auto answer = H2K_TRY(link.ask(question, bytes));
    if (answer.word == ArchiveWord::failed) {
        link.stop();
        return failed(answer, name(), bytes);
    }
    if (answer.word != wanted && (answer.word != ArchiveWord::over || wanted == ArchiveWord::opened))
        return link.refused();
    header = answer.header;
    position = answer.position;
    return answer;
}

ArchiveReader::ArchiveReader(std::unique_ptr<ArchiveReading> reading) noexcept : reading_(std::move(reading)) {}
ArchiveReader::ArchiveReader(ArchiveReader &&other) noexcept = default;
ArchiveReader::~ArchiveReader() = default;

Result<ArchiveReader> ArchiveReader::open(ByteSource &from, const std::string &name, Kind kind, Allowance *allowance) {
    return open(from, kind, H2K_TRY(ArchiveLink::start(name, allowance)));
}

Result<ArchiveReader> ArchiveReader::open(ByteSource &from, Kind kind, ArchiveLink link) {
    auto reading = std::make_unique<ArchiveReading>(
        ArchiveReading{.link = SourceLink{std::move(link), from,
                                          kind == Kind::initramfs ? from.size().value_or(0) : most_for_answer}});
    const auto size = from.size();
    const auto answer =
        H2K_TRY(reading->ask({.word = ArchiveWord::open,
                              .flags = static_cast<std::uint32_t>(kind) | (size ? archive_flags::sized : 0),
                              .number = size.value_or(0)},
                             ArchiveWord::opened));
    reading->reads_to_skip = !size || (answer.flags & archive_flags::reads_to_skip);
    return ArchiveReader{std::move(reading)};
}

Result<std::optional<ArchiveEntry>> ArchiveReader::next() {
    const auto answer = H2K_TRY(reading_->ask({.word = ArchiveWord::next}, ArchiveWord::entry));
    if (answer.word == ArchiveWord::over)
        return std::nullopt;
    ArchiveEntry found;
    found.folder = answer.flags & archive_flags::folder;
    if (found.folder)
        return found;
    found.name = H2K_TRY(member_name(reading_->bytes, reading_->name()));
    H2K_CHECK(require_plain_file(answer, reading_->name(), printable(found.name)));
    found.sparse = answer.flags & archive_flags::sparse;
    if (answer.flags & archive_flags::has_size)
        found.size = answer.number;
    return found;
}

Result<std::optional<ArchiveReader::Block>> ArchiveReader::read() {
    const auto answer = H2K_TRY(reading_->ask({.word = ArchiveWord::read}, ArchiveWord::block));
    if (answer.word == ArchiveWord::over)
        return std::nullopt;
    if (answer.number > G_MAXINT64) // no sum with the size of a block overflows
        return reading_->link.refused();
    return Block{.bytes = reading_->bytes, .offset = answer.number};
}

std::uint64_t ArchiveReader::header_position() const { return reading_->header; }

std::uint64_t ArchiveReader::position() const { return reading_->position; }

bool ArchiveReader::reads_to_skip() const { return reading_->reads_to_skip; }

} // namespace h2k
