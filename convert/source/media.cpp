// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/media.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/format/magic.h"
#include "convert/source/source.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t most_cdroms = 512;
/// All of them are copied, whatever their number is good for.
constexpr std::size_t most_isos = 16;
/// The largest discs have 128 GB.
constexpr std::uint64_t largest_iso = std::uint64_t{128} << 30;

bool is_same(const Piece &a, const Piece &b) {
    return a.path == b.path && (a.window ? a.window->offset : 0) == (b.window ? b.window->offset : 0);
}

bool is_same(const Fetch &a, const Fetch &b) {
    return a.members == b.members && std::ranges::equal(a.pieces, b.pieces, [](const Piece &one, const Piece &other) {
               return is_same(one, other);
           });
}

bool is_same(const IsoImage &iso, const IsoImage &other) {
    return iso.fetch ? other.fetch && is_same(*iso.fetch, *other.fetch) : !other.fetch && is_same(iso.file, other.file);
}

bool is_same(const IsoImage &iso, const Disk &disk) {
    if (iso.fetch || disk.fetch)
        return iso.fetch && disk.fetch && is_same(*iso.fetch, *disk.fetch);
    return is_same(iso.file, {.path = disk.top.path, .window = disk.top.window});
}

/// Each image is copied and unpacked once.
Result<> require_own(const IsoImage &iso, const Machine &machine) {
    const auto has = [&](const auto &other) { return is_same(iso, other); };
    if (std::ranges::none_of(machine.isos, has) && std::ranges::none_of(machine.disks, has))
        return {};
    return fail(H2K_ERROR_SOURCE, _("“%s” is in another drive already."), iso.name.c_str());
}

Result<IsoImage> find_iso(const NamedMedium &medium, const Machine &machine, const FindIso &find) {
    if (machine.isos.size() == most_isos)
        return fail(H2K_ERROR_SOURCE, _("“%s” is one of more than %zu ISO images, which are not all copied."),
                    printable(medium.file).c_str(), most_isos);
    auto iso = H2K_TRY(find(medium));
    H2K_CHECK(require_own(iso, machine));
    iso.drive = medium.drive;
    return iso;
}

std::string no_iso(const std::string &name) { return sentence(_("“%s” is not an ISO image."), name.c_str()); }

} // namespace

Result<> add_cdrom(Machine &machine, std::vector<NamedMedium> &media, Bus bus, const std::string &file,
                   const std::string &name) {
    if (machine.cdroms.size() == most_cdroms)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu drives for CDs and DVDs."), name.c_str(), most_cdroms);
    if (!file.empty())
        media.push_back({.drive = machine.cdroms.size(), .file = file});
    machine.cdroms.push_back(bus);
    return {};
}

Result<IsoImage> iso_in(const HostFile &file) {
    if (file.in_memory() || !is_iso(H2K_TRY(file.read_some(0, head_size))))
        return fail(H2K_ERROR_SOURCE, "%s", no_iso(file.name()).c_str());
    return IsoImage{.name = file.name(),
                    .bytes = file.size(),
                    .file = {.path = file.path(), .window = file.window(), .held = file.held()}};
}

Result<IsoImage> packed_iso(Fetch fetch) {
    // Before it is unpacked, an archive may not say how large it is, nor that it is there at all.
    const bool known = !fetch.members.empty() && fetch.most < largest_member;
    if (known && fetch.most > largest_iso)
        return fail(H2K_ERROR_SOURCE, _("“%s” is larger than any CD or DVD."), printable(fetch.name).c_str());
    fetch.name = printable(base_name(fetch.name));
    fetch.most = std::min(fetch.most, largest_iso);
    fetch.may_be_missing = true;
    IsoImage iso{.name = fetch.name, .bytes = known ? fetch.most : 0};
    iso.fetch = std::move(fetch);
    return iso;
}

Result<IsoImage> iso_among(const Members &members, const NamedMedium &medium) {
    if (auto packed = members.packed(medium.file))
        return packed_iso(*std::move(packed));
    return iso_in(H2K_TRY(members.open(medium.file)));
}

Result<> add_isos(CarryPlan &plan, const std::vector<NamedMedium> &media, const FindIso &find) {
    for (const auto &medium : media) {
        auto iso = find_iso(medium, plan.source, find);
        if (iso)
            plan.source.isos.push_back(*std::move(iso));
        else if (iso.error().is(H2K_ERROR_SOURCE))
            leave_out_iso(plan.source, plan.notices, medium.file, iso.error().message());
        else
            return std::unexpected(std::move(iso).error());
    }
    return {};
}

Result<bool> complete_iso(Machine &machine, IsoImage &iso, const std::string &path, Notices &notices) {
    const auto leave_out = [&](const std::string &why) {
        leave_out_iso(machine, notices, iso.name, why);
        return false;
    };
    if (!path_exists(path))
        return leave_out(sentence(_("“%s” is not in the archive."), iso.name.c_str()));
    const auto file = H2K_TRY(HostFile::open(path));
    if (!is_iso(H2K_TRY(file.read_some(0, head_size))))
        return leave_out(no_iso(iso.name));
    iso.bytes = file.size();
    return true;
}

void leave_out_iso(Machine &machine, Notices &notices, const std::string &file, const std::string &why) {
    machine.not_carried.push_back({LostDevice::medium, printable(file)});
    notices.warn("source.medium-left-out", sentence(_("A drive for CDs and DVDs stays empty: %s"), why.c_str()));
}

} // namespace h2k
