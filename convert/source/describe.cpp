// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/foreign.h"
#include "convert/source/machine_name.h"
#include "convert/source/source.h"
#include "convert/source/source_kind.h"
#include <array>
#include <set>
#include <sys/stat.h>

namespace h2k {

namespace {

const SourceKind *recognised(const HostFile &file, std::string_view head) {
    for (const auto *kind : source_kinds())
        if (kind->recognises(file, head))
            return kind;
    return nullptr;
}

std::unexpected<Error> not_as_wished(const HostFile &file, DiskFormat wanted) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is not a %s image, although --input-format says so."), file.name().c_str(),
                name_of(wanted));
}

/// The kind that the user named, where the file does not contradict.  A guest can write any bytes to the start of a raw
/// disk, so there the magic of another kind counts only where no boot signature follows.
Result<const SourceKind *> wished_kind(const HostFile &file, std::string_view head, DiskFormat wanted) {
    const auto *found = recognised(file, head);
    if (wanted != DiskFormat::raw)
        return found && found->format() == wanted ? Result<const SourceKind *>{found} : not_as_wished(file, wanted);
    const auto &raw = raw_kind();
    if (found && found != &raw && !raw.recognises(file, head))
        return not_as_wished(file, wanted);
    return &raw;
}

std::unexpected<Error> unknown_kind(const HostFile &file) {
    if (lower(file.name()).ends_with(".vmdk"))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” has no VMDK header; if it holds the data of a disk whose descriptor is another .vmdk file, "
                      "name that one, and if it is a plain raw image, --input-format raw takes it."),
                    file.name().c_str());
    return fail(H2K_ERROR_SOURCE,
                _("“%s” is no disk image that we know; if it is a raw image, --input-format raw takes it."),
                file.name().c_str());
}

Result<const SourceKind *> guessless_kind(const HostFile &file, std::string_view head) {
    const auto *found = recognised(file, head);
    // A guest writes any bytes to the start of a raw disk; they must not choose what its host opens it as.
    if (found && found != &raw_kind() && raw_kind().recognises(file, head))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” starts both as a %s image and as a raw disk; say with --input-format which it is."),
                    file.name().c_str(), name_of(found->format()));
    if (found && found != &raw_kind())
        return found;
    if (const auto why = H2K_TRY(foreign_kind(file, head)); !why.empty())
        return fail(H2K_ERROR_SOURCE, "%s", why.c_str());
    // The flat part of a VMDK is a partitioned disk too, but its descriptor knows more than it does.
    if (!found || lower(file.name()).ends_with(".vmdk"))
        return unknown_kind(file);
    return found;
}

Result<DescribedDisk> describe_disk(const std::string &path, std::optional<DiskFormat> wanted) {
    const auto file = H2K_TRY(HostFile::open(path));
    if (file.size() == 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is empty."), file.name().c_str());
    const auto head = H2K_TRY(file.read_some(0, head_size));
    const auto *kind = H2K_TRY(wanted ? wished_kind(file, head, *wanted) : guessless_kind(file, head));
    return kind->describe(file, head);
}

/// Refuses a file that two disks share, also under two names.
Result<> claim_files(const Disk &disk, std::set<std::pair<dev_t, ino_t>> &claimed) {
    std::set<std::pair<dev_t, ino_t>> own;
    for (const auto &file : disk.files) {
        struct stat st{};
        if (stat(file.c_str(), &st) == 0)
            own.emplace(st.st_dev, st.st_ino);
    }
    for (const auto &one : own)
        if (!claimed.insert(one).second)
            return fail(H2K_ERROR_SOURCE, _("“%s” is given twice, or shares a file with another disk."),
                        printable(disk.path).c_str());
    return {};
}

} // namespace

std::span<const SourceKind *const> source_kinds() {
    static const std::array kinds{&vmdk_kind(), &qcow2_kind(), &raw_kind()};
    return kinds;
}

Result<CarryPlan> describe(const Request &wish) {
    if (wish.sources.empty())
        return fail(H2K_ERROR_USAGE, _("No disk image is named."));
    CarryPlan plan;
    plan.source.name = wish.name.empty() ? machine_name(wish.sources.front()) : wish.name;
    std::set<std::pair<dev_t, ino_t>> claimed;
    for (const auto &path : wish.sources) {
        auto found = H2K_TRY(describe_disk(path, wish.input_format));
        H2K_CHECK(claim_files(found.disk, claimed));
        found.disk.id = "disk" + std::to_string(plan.source.disks.size());
        plan.source.disks.push_back(std::move(found.disk));
        for (auto &warning : found.warnings)
            plan.warnings.push_back(std::move(warning));
    }
    return plan;
}

} // namespace h2k
