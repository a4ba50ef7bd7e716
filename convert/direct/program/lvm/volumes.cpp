// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/lvm/volumes.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/direct/program/lvm/label.h"
#include "convert/direct/program/lvm/volume_group.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::uint64_t least_member = 2u << 20; ///< LVM ignores smaller ones: lvm.conf(5), devices/pv_min_size

struct Known {
    const Member *member = nullptr;
    PhysicalVolume volume;
};

/// The groups that the physical volumes describe, each once.
class Groups {
  public:
    /// "": it was taken; else why these members need another lane.
    [[nodiscard]] std::string add(const Known &known);
    [[nodiscard]] const std::vector<LvmSection> &all() const { return groups_; }

  private:
    std::vector<LvmSection> groups_;
};

std::string Groups::add(const Known &known) {
    const auto damaged = sentence(_("LVM's metadata on %s is damaged"), known.member->name.c_str());
    auto text = parse_lvm_text(known.volume.text);
    if (!text || text->sections.size() != 1)
        return damaged;
    auto &group = text->sections.front();
    const auto id = group.text("id");
    if (!id || !group.number("seqno"))
        return damaged;
    for (const auto &other : groups_) {
        if (other.text("id") == id)
            return other.number("seqno") == group.number("seqno") && other.name == group.name ? "" : damaged;
        if (other.name == group.name)
            return sentence(_("there are two volume groups “%s”"), printable(group.name).c_str());
    }
    groups_.push_back(std::move(group));
    return {};
}

/// "": they can be used.
Result<std::string> learn(const std::vector<Member> &members, std::vector<Known> &known, Groups &groups) {
    for (const auto &member : members) {
        auto volume = H2K_TRY(read_physical_volume(*member.bytes));
        if (!volume || member.bytes->size() < least_member)
            return sentence(_("LVM's metadata on %s is damaged"), member.name.c_str());
        if (std::ranges::any_of(known, [&](const Known &other) { return other.volume.uuid == volume->uuid; }))
            return sentence(_("%s is a copy of another physical volume"), member.name.c_str());
        known.push_back({&member, *std::move(volume)});
        if (known.back().volume.text.empty())
            continue;
        if (auto reason = groups.add(known.back()); !reason.empty())
            return reason;
    }
    return std::string{};
}

} // namespace

Result<Volumes> find_volumes(const std::vector<Member> &members) {
    Volumes found;
    std::vector<Known> known;
    Groups groups;
    found.unfit = H2K_TRY(learn(members, known, groups));
    std::vector<PhysicalDevice> devices;
    for (const auto &one : known)
        devices.push_back({.name = one.member->name, .uuid = one.volume.uuid, .bytes = one.member->bytes});
    for (const auto &group : groups.all()) {
        if (!found.unfit.empty())
            break;
        found.unfit = add_volumes_of(group, devices, found.volumes);
    }
    if (!found.unfit.empty())
        found.volumes.clear();
    std::ranges::sort(found.volumes, {}, &Volume::name);
    return found;
}

} // namespace h2k
