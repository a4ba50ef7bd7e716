// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/archive/list.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/archive/entry_bytes.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/format/file_bytes.h"
#include "convert/format/magic.h"
#include "convert/format/name_kind.h"
#include "convert/source/archive/tar_index.h"
#include "convert/source/image/vmdk/descriptor.h"
#include "convert/source/package_kind.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::uint64_t most_passed = std::uint64_t{64} << 30;
constexpr std::size_t kept_head = 8u << 10;
constexpr std::size_t step = 256u << 10;
/// Bytes of descriptors and first bytes of members that are kept at once.
constexpr std::uint64_t most_kept = 64u << 20;

/// Counts what is kept of all members.
class Budget {
  public:
    Result<> take(const ArchiveMember &member, const std::string &archive) {
        kept_ += member.head.size() + (member.text ? member.text->size() : 0);
        if (kept_ <= most_kept)
            return {};
        return fail(H2K_ERROR_SOURCE, _("“%s” holds too many descriptors and disks."), archive.c_str());
    }

  private:
    std::uint64_t kept_ = 0;
};

bool ends_with_any(const std::string &small, std::span<const std::string_view> suffixes) {
    return std::ranges::any_of(suffixes, [&](std::string_view suffix) { return small.ends_with(suffix); });
}

/// A descriptor or a manifest of OVF: what has such a name and cannot be read is an error.
bool is_ovf_name(const std::string &small) { return small.ends_with(".ovf") || small.ends_with(".mf"); }

std::unexpected<Error> too_long(const std::string &name, const std::string &archive) {
    return fail(H2K_ERROR_SOURCE, _("“%s” in “%s” is longer than 8 MiB, which is too long for a descriptor."),
                printable(name).c_str(), archive.c_str());
}

/// A member that may be a text that describes something, by its name.
class TextMember {
  public:
    explicit TextMember(const std::string &name)
        : small_(lower(name)), limit_(is_hidden(name) ? 0 : limit_of(small_)) {}
    /// Most bytes that it has then; 0: it is none.
    [[nodiscard]] std::size_t limit() const { return limit_; }
    /// Does @head, its first bytes, say so too?
    [[nodiscard]] bool is_text(std::string_view head) const {
        if (small_.ends_with(".vmdk"))
            return is_vmdk_descriptor(head);
        return is_ovf_name(small_) || description_kind(small_, head);
    }
    /// Makes the head of @member, of which all was read that matters, its text, or as short as that of a disk.
    [[nodiscard]] Result<> keep(ArchiveMember &member, const std::string &archive) const {
        const bool fits = limit_ && member.head.size() <= limit_;
        if (limit_ && !fits && is_ovf_name(small_))
            return too_long(member.name, archive);
        if (fits && is_text(member.head))
            member.text = std::exchange(member.head, {});
        else
            member.head.resize(member.size < smallest_disk ? 0 : std::min(member.head.size(), kept_head));
        return {};
    }

  private:
    static std::size_t limit_of(const std::string &small) {
        if (small.ends_with(".vmdk"))
            return longest_vmdk_descriptor;
        const auto is_named = [&](const PackageKind *kind) { return ends_with_any(small, kind->suffixes()); };
        return is_ovf_name(small) || std::ranges::any_of(package_kinds(), is_named) ? longest_descriptor : 0;
    }
    std::string small_;
    std::size_t limit_;
};

/// Are there a descriptor and a manifest of the same name?
bool has_descriptor_and_manifest(const ArchiveList &list) {
    std::vector<std::string> stems;
    for (const auto &member : list.members)
        if (const auto small = lower(member.name); member.text && small.ends_with(".mf"))
            stems.push_back(small.substr(0, small.size() - 3));
    return std::ranges::any_of(list.members, [&](const ArchiveMember &member) {
        const auto small = lower(member.name);
        return member.text && small.ends_with(".ovf") &&
               std::ranges::find(stems, small.substr(0, small.size() - 4)) != stems.end();
    });
}

/// Lists a packed archive, and those in it, and counts the bytes that it unpacks.
class Lister {
  public:
    Lister(FileBytes &packed, Allowance *allowance) : packed_(packed), allowance_(allowance) {}
    /// The list of the archive @name.
    Result<ArchiveList> list(const std::string &name) { return list(packed_, name); }
    /// The lists of those members of @name that are in @wanted.
    Result<std::vector<std::pair<std::string, ArchiveList>>> inner(const std::string &name,
                                                                   const std::vector<std::string> &wanted);

  private:
    Result<ArchiveMember> examine(ArchiveReader &reader, const ArchiveEntry &entry, const std::string &archive);
    Result<ArchiveList> list(ByteSource &from, const std::string &name);
    Result<> pass(std::size_t bytes, const std::string &archive);
    Result<> count(std::size_t bytes, const std::string &archive);
    FileBytes &packed_;
    Allowance *allowance_;
    std::uint64_t left_ = most_passed;
    Budget budget_;
};

/// Counts what was unpacked: the work is bounded by what is stored.
Result<> Lister::count(std::size_t bytes, const std::string &archive) {
    left_ -= std::min<std::uint64_t>(left_, bytes);
    if (most_passed - left_ <= most_unpacked(std::min(packed_.given(), packed_.total())))
        return {};
    return fail(H2K_ERROR_SOURCE,
                _("“%s” unpacks to so much more data than it holds that it is refused as a decompression bomb."),
                archive.c_str());
}

/// Counts what has to be read of an archive in an archive.
Result<> Lister::pass(std::size_t bytes, const std::string &archive) {
    H2K_CHECK(count(bytes, archive));
    if (left_ > 0)
        return {};
    return fail(H2K_ERROR_SOURCE, _("More than 64 GiB of “%s” would have to be read to list its contents."),
                archive.c_str());
}

/// Takes what is kept of a member, and reads to the end of it where skipping means reading.
Result<ArchiveMember> Lister::examine(ArchiveReader &reader, const ArchiveEntry &entry, const std::string &archive) {
    const bool pass = reader.reads_to_skip();
    const TextMember text{entry.name};
    auto wanted = text.limit() ? text.limit() + 1 : kept_head;
    ArchiveMember member{.name = entry.name, .offset = {}, .head = {}, .text = {}};
    std::uint64_t end = 0;
    bool known = false;
    while (left_ > 0 && (pass || member.head.size() < wanted)) {
        const auto block = H2K_TRY(reader.read());
        if (!block)
            break;
        if (member.head.size() < std::min<std::uint64_t>(block->offset, wanted))
            member.head.resize(static_cast<std::size_t>(std::min<std::uint64_t>(block->offset, wanted)));
        member.head += block->bytes.substr(0, wanted - member.head.size());
        end = block->offset + block->bytes.size();
        H2K_CHECK(count(block->bytes.size(), archive));
        if (!std::exchange(known, known || member.head.size() >= kept_head) && known && !text.is_text(member.head)) {
            wanted = kept_head;
            member.head.resize(wanted);
        }
    }
    member.size = entry.size.value_or(end);
    H2K_CHECK(text.keep(member, archive));
    H2K_CHECK(budget_.take(member, archive));
    return member;
}

Result<ArchiveList> Lister::list(ByteSource &from, const std::string &name) {
    auto reader = H2K_TRY(ArchiveReader::open(from, name, ArchiveReader::Kind::archive, allowance_));
    MemberNames names{name};
    ArchiveList list;
    while (const auto entry = H2K_TRY(reader.next())) {
        H2K_CHECK(names.count());
        if (entry->folder)
            continue;
        H2K_CHECK(names.add(entry->name));
        list.members.push_back(H2K_TRY(examine(reader, *entry, name)));
        list.whole = left_ > 0 && !(reader.reads_to_skip() && has_descriptor_and_manifest(list));
        if (list.whole)
            continue;
        if (left_ == 0)
            list.notices.warn(
                "archive.partly-read",
                sentence(_("Only the first 64 GiB of “%s” were read; the rest of its contents is unknown."),
                         name.c_str()));
        break;
    }
    return list;
}

Result<std::vector<std::pair<std::string, ArchiveList>>> Lister::inner(const std::string &name,
                                                                       const std::vector<std::string> &wanted) {
    auto reader = H2K_TRY(ArchiveReader::open(packed_, name, ArchiveReader::Kind::archive, allowance_));
    MemberNames names{name};
    std::vector<std::pair<std::string, ArchiveList>> found;
    while (const auto entry = H2K_TRY(reader.next())) {
        H2K_CHECK(names.count());
        if (entry->folder)
            continue;
        H2K_CHECK(names.add(entry->name));
        if (std::ranges::find(wanted, entry->name) != wanted.end()) {
            if (entry->sparse)
                return fail(H2K_ERROR_SOURCE,
                            _("“%s” in “%s” is stored as a sparse file, which is not supported for an archive."),
                            printable(entry->name).c_str(), name.c_str());
            EntryBytes bytes{reader, *entry, [&](std::string_view part) { return pass(part.size(), name); }};
            found.emplace_back(entry->name, H2K_TRY(list(bytes, printable(entry->name))));
        }
        // Skips the rest of it, or a member that is not wanted.
        if (left_ == 0 || found.size() == wanted.size())
            break;
        H2K_CHECK(examine(reader, *entry, name));
    }
    return found;
}

/// What the index of a plain tar archive does not have.
Result<ArchiveMember> examine(const HostFile &file, const TarMember &indexed) {
    ArchiveMember member{.name = indexed.name, .size = indexed.size, .offset = {}, .head = {}, .text = {}};
    const TextMember text{indexed.name};
    if (is_ovf_name(lower(indexed.name)) && text.limit() && indexed.packed)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” in “%s” is stored as a sparse file, which is not supported for a descriptor."),
                    printable(indexed.name).c_str(), file.name().c_str());
    if (indexed.packed)
        return member;
    member.offset = indexed.offset;
    const bool small = text.limit() && indexed.size <= text.limit();
    if (text.limit() && !small && is_ovf_name(lower(indexed.name)))
        return too_long(indexed.name, file.name());
    if (small || indexed.size >= smallest_disk)
        member.head = H2K_TRY(file.read(indexed.offset, std::min<std::uint64_t>(indexed.size, kept_head)));
    // Many a file has such a name.
    if (small && indexed.size > kept_head && text.is_text(member.head))
        member.head = H2K_TRY(file.read(indexed.offset, static_cast<std::size_t>(indexed.size)));
    if (small || !text.limit())
        H2K_CHECK(text.keep(member, file.name()));
    return member;
}

Result<ArchiveList> list_tar(const HostFile &file) {
    const auto index = H2K_TRY(read_tar_index(file));
    ArchiveList list;
    Budget budget;
    for (const auto &member : index.members) {
        list.members.push_back(H2K_TRY(examine(file, member)));
        H2K_CHECK(budget.take(list.members.back(), file.name()));
    }
    if (!index.ended)
        list.notices.warn("archive.no-end-marker",
                          sentence(_("“%s” has no end-of-archive marker; it may be truncated."), file.name().c_str()));
    return list;
}

} // namespace

bool is_hidden(const std::string &name) {
    const auto parts = split(name, '/');
    return std::ranges::any_of(parts,
                               [](const std::string &part) { return part.starts_with('.') || part == "__MACOSX"; });
}

Result<ArchiveList> list_archive(const HostFile &file) {
    const auto head = H2K_TRY(file.read_some(0, kept_head));
    if (!is_compressed(head) && !is_zip(head) && !is_7z(head))
        return list_tar(file);
    auto bytes = H2K_TRY(FileBytes::of(file, step));
    return Lister{bytes, file.allowance()}.list(file.name());
}

Result<std::vector<std::pair<std::string, ArchiveList>>> list_inner_archives(const HostFile &file,
                                                                             const std::vector<std::string> &names) {
    auto bytes = H2K_TRY(FileBytes::of(file, step));
    return Lister{bytes, file.allowance()}.inner(file.name(), names);
}

} // namespace h2k
