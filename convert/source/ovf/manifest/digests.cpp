// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/manifest/digests.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/ovf/manifest/manifest.h"
#include <algorithm>

namespace h2k {

namespace {

/// The manifest that is named like the descriptor; else the only one.
std::optional<std::string> manifest_name(const std::string &ovf, const Members &members) {
    const auto wanted = lower(ovf.substr(0, ovf.rfind('.'))) + ".mf";
    std::vector<std::string> found;
    for (const auto &name : members.names())
        if (lower(name) == wanted)
            return name;
        else if (lower(name).ends_with(".mf") && !name.contains('/'))
            found.push_back(name);
    return found.size() == 1 ? std::optional{found.front()} : std::nullopt;
}

Result<> verify(const ManifestEntry &entry, std::string_view bytes, const std::string &manifest) {
    const Owned<char> found{
        g_compute_checksum_for_data(entry.algorithm, reinterpret_cast<const guchar *>(bytes.data()), bytes.size())};
    if (entry.digest == found.get())
        return {};
    return fail(H2K_ERROR_SOURCE, _("“%s” does not match its checksum in “%s”; it is damaged or was changed."),
                printable(entry.name).c_str(), manifest.c_str());
}

/// Files up to this size are verified at once.
constexpr std::uint64_t small_file = 8u << 20;

class Verification {
  public:
    /// @file: the manifest's name in the package.
    Verification(CarryPlan &plan, const std::string &file, const std::vector<DescribedDrive> &drives,
                 const Members &members)
        : plan_(plan), file_(file), manifest_(printable(file)), drives_(drives), members_(members),
          promised_(drives.size()) {}
    Result<> take(const ManifestEntry &entry);
    void warn_of_rest();

  private:
    void add(const ManifestEntry &entry, Fetch from, std::optional<std::size_t> disk) {
        plan_.digests.push_back({.name = entry.name,
                                 .algorithm = entry.algorithm,
                                 .expected = entry.digest,
                                 .from = std::move(from),
                                 .disk = disk});
    }
    Result<bool> is_known(const ManifestEntry &entry, const std::string &member);
    Result<bool> take_disk(const ManifestEntry &entry, const std::string &member);
    bool take_iso(const ManifestEntry &entry, const std::string &member);
    CarryPlan &plan_;
    const std::string &file_;
    const std::string manifest_; ///< its name, printable
    const std::vector<DescribedDrive> &drives_;
    const Members &members_;
    KnownChecksums known_;
    std::vector<std::size_t> promised_; ///< of each disk's members; one of the whole counts as all
};

/// Was the checksum taken under another spelling of the name?  Each file is read once.
Result<bool> Verification::is_known(const ManifestEntry &entry, const std::string &member) {
    std::vector<std::string> place{member};
    if (const auto from = bytes_of(members_, member)) {
        const auto &piece = from->pieces.front();
        place = from->members;
        place.push_back(piece.path);
        place.push_back(std::to_string(piece.window ? piece.window->offset : 0));
    }
    return !H2K_TRY(known_.add(join(place, "\n"), entry, manifest_));
}

/// A file that is split has an entry for each part, and may have one for the whole (DSP0243, "References", chunkSize).
Result<bool> Verification::take_disk(const ManifestEntry &entry, const std::string &member) {
    for (std::size_t i = 0; i < drives_.size(); ++i) {
        const auto &[found, href, parts] = drives_[i];
        if (std::ranges::find(parts, member) != parts.end()) {
            ++promised_[i];
            add(entry, H2K_TRY(bytes_of(members_, member)), i);
            return true;
        }
        if (parts.size() > 1 && entry.name == href && found.disk.fetch) {
            promised_[i] += parts.size();
            add(entry, *found.disk.fetch, i);
            return true;
        }
    }
    return false;
}

/// A packed ISO image need not be among what is known of its archive.
bool Verification::take_iso(const ManifestEntry &entry, const std::string &member) {
    const auto from = bytes_of(members_, member);
    for (const auto &iso : plan_.source.isos)
        if (from && !from->members.empty() && iso.fetch && iso.fetch->members == from->members) {
            add(entry, *iso.fetch, std::nullopt);
            return true;
        }
    return false;
}

Result<> Verification::take(const ManifestEntry &entry) {
    const auto &names = members_.names();
    const auto member = ovf_member(members_, entry.name, manifest_);
    if (member && *member == file_) {
        plan_.notices.warn(
            "ovf.manifest-lists-itself",
            sentence(_("“%s” has a checksum of itself, which cannot be right; it is ignored."), manifest_.c_str()));
        return {};
    }
    if (member && H2K_TRY(is_known(entry, *member)))
        return {};
    if (member && H2K_TRY(take_disk(entry, *member)))
        return {};
    if (member && take_iso(entry, *member))
        return {};
    if (!member || std::ranges::find(names, *member) == names.end()) {
        plan_.notices.warn("ovf.checksum-without-file",
                           sentence(_("“%s” has a checksum of “%s”, which is not in the package."), manifest_.c_str(),
                                    printable(entry.name).c_str()));
        return {};
    }
    if (const auto file = members_.open(*member); file && file->size() <= small_file) {
        const auto bytes = H2K_TRY(file->read(0, file->size()));
        return verify(entry, bytes, manifest_);
    }
    add(entry, H2K_TRY(bytes_of(members_, *member)), std::nullopt);
    return {};
}

void Verification::warn_of_rest() {
    for (std::size_t i = 0; i < drives_.size(); ++i)
        if (promised_[i] < drives_[i].members.size())
            plan_.notices.warn("ovf.no-checksum",
                               sentence(_("“%s” has no checksum of “%s”, so this file is not verified."),
                                        manifest_.c_str(), printable(drives_[i].href).c_str()));
}

} // namespace

Result<> add_ovf_digests(CarryPlan &plan, const std::string &ovf, std::string_view text,
                         const std::vector<DescribedDrive> &drives, const Members &members) {
    for (const auto &name : members.names())
        if (lower(name).ends_with(".cert"))
            plan.notices.warn("ovf.signature-not-verified",
                              sentence(_("“%s” is a signature of the package; signatures are not verified."),
                                       printable(name).c_str()));
    const auto name = manifest_name(ovf, members);
    if (!name) {
        if (std::ranges::any_of(members.names(), [](const auto &one) { return lower(one).ends_with(".mf"); }))
            plan.notices.warn("ovf.no-manifest",
                              sentence(_("No manifest in the package belongs to “%s”, so nothing is verified."),
                                       printable(ovf).c_str()));
        return {};
    }
    const auto shown = printable(*name);
    const auto file = H2K_TRY(members.open(*name));
    // One byte more shows that a manifest is too long.
    const auto content = H2K_TRY(file.read_some(0, longest_manifest + 1));
    const auto manifest = H2K_TRY(parse_manifest(content, shown));
    plan.notices.add(manifest.notices);
    Verification verification{plan, *name, drives, members};
    for (const auto &entry : manifest.entries)
        H2K_CHECK(entry.name == ovf ? verify(entry, text, shown) : verification.take(entry));
    verification.warn_of_rest();
    return {};
}

} // namespace h2k
