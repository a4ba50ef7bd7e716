// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/archive/tar_index.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/format/archive/reader.h"
#include "convert/format/file_bytes.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::uint64_t block = 512;
/// Headers are read in steps of so many bytes.
constexpr std::size_t step = 4096;

/// libarchive gives no offset, so its position after the header is checked by what it reads there.
Result<> require_same_bytes(const HostFile &file, const TarMember &member, ArchiveReader &reader) {
    const auto seen = H2K_TRY(reader.read());
    const auto bytes = seen ? seen->bytes.substr(0, block) : std::string_view{};
    if ((member.size > 0 && bytes.empty()) || (seen && seen->offset != 0) || bytes.size() > member.size ||
        H2K_TRY(file.read(member.offset, bytes.size())) != bytes)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged archive: “%s” is not where it should be."),
                    file.name().c_str(), printable(member.name).c_str());
    return {};
}

/// Does @member end where the next header starts, or with the file?  Only then are all of its bytes, and no others, at
/// its offset.
Result<> require_end(const HostFile &file, const TarMember &member, std::uint64_t next) {
    const auto end = member.offset + member.size; // both lie within the file
    if (!member.packed && next != std::min(end + (block - end % block) % block, file.size()))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged archive: “%s” does not end where it should."),
                    file.name().c_str(), printable(member.name).c_str());
    return {};
}

} // namespace

Result<TarIndex> read_tar_index(const HostFile &file) {
    auto bytes = H2K_TRY(FileBytes::of(file, step));
    auto reader = H2K_TRY(ArchiveReader::open(bytes, file.name(), ArchiveReader::Kind::tar, file.allowance()));
    MemberNames names{file.name()};
    TarIndex index;
    const TarMember *before = nullptr;
    for (;;) {
        const auto entry = H2K_TRY(reader.next());
        if (before)
            H2K_CHECK(require_end(file, *before, reader.header_position()));
        before = nullptr;
        if (!entry)
            break;
        H2K_CHECK(names.count());
        if (entry->folder)
            continue;
        H2K_CHECK(names.add(entry->name));
        TarMember member{
            .name = entry->name, .size = entry->size.value_or(0), .offset = reader.position(), .packed = entry->sparse};
        if (!member.packed && !file.holds(member.offset, member.size))
            return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: it ends within “%s”."), file.name().c_str(),
                        printable(member.name).c_str());
        if (!member.packed)
            H2K_CHECK(require_same_bytes(file, member, reader));
        index.members.push_back(std::move(member));
        before = &index.members.back();
    }
    index.ended = reader.header_position() < file.size();
    return index;
}

} // namespace h2k
