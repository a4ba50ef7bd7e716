// SPDX-License-Identifier: LGPL-2.1-or-later
// What hides LVM's physical volumes once their disks have other names: the filters of lvm.conf(5), and the devices file
// of lvmdevices(8).
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/storage/target_names.h"
#include "fixers/text/config_file.h"
#include "fixers/text/lvm_conf.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr auto devices_file = "/etc/lvm/devices/system.devices";
/// Comparisons of a pattern with a name in all; a guest with a hundred disks needs a tenth of them.
constexpr std::size_t most_matches = 32768;

/// Does @device lie on @volume?
bool lies_on(const Inspection &facts, const std::string &device, const BlockDevice &volume, int depth = 0) {
    constexpr int deepest = 8;
    const auto *known = device_named(facts.devices, device);
    if (!known || depth > deepest)
        return false;
    return known == &volume || std::ranges::any_of(known->below, [&](const std::string &name) {
               return lies_on(facts, name, volume, depth + 1);
           });
}

bool is_mounted(const Inspection &facts, const BlockDevice &volume) {
    return lies_on(facts, facts.root, volume) ||
           std::ranges::any_of(facts.mounts, [&](const Mount &mount) { return lies_on(facts, mount.device, volume); });
}

/// A name that only the old machine's controller gave: what it was is not known.
bool names_a_place(const std::string &pattern) {
    constexpr std::array<std::string_view, 5> places{"by-path", "by-id", "wwn-", "mpath", "emcpower"};
    return pattern.starts_with('a') &&
           std::ranges::any_of(places, [&](std::string_view place) { return pattern.contains(place); });
}

class Planner {
  public:
    Planner(const FixerInput &input, Finding &finding) : facts_(input.facts), target_(input.target), finding_(finding) {
        // What lies on a RAID set or an encrypted device keeps its name.
        for (const auto &device : facts_.devices)
            if (device.type == "LVM2_member" && device.below.empty())
                volumes_.push_back(&device);
    }

    Result<> plan_filters(const GuestView &guest, const std::string &path) {
        const auto file = H2K_TRY(text::read_config(guest, path, finding_.notices));
        if (!file || volumes_.empty())
            return {};
        text::Edits edits;
        std::vector<std::string> reasons;
        for (const auto &filter : text::lvm_filters(*file))
            if (!edit(*file, filter, edits, reasons)) {
                finding_.notices.warn(
                    "lvm.filter-too-complex",
                    sentence(_("The filters of LVM's in “%s” have too many patterns to be checked, so the file stays "
                               "as it is; they may hide the guest's volumes on the new disks."),
                             path.c_str()));
                return {};
            }
        if (!edits.empty())
            write(finding_, path, edits.applied(*file), join(reasons, " "));
        return {};
    }

    /// Such an entry hides every volume that has no entry, also from the initramfs that holds a copy.
    Result<> plan_devices_file(const GuestView &guest) {
        const auto file = H2K_TRY(text::read_config(guest, devices_file, finding_.notices));
        if (!file)
            return {};
        constexpr std::array<std::string_view, 6> of_hardware{"sys_wwid", "sys_serial", "mpath_uuid",
                                                              "wwid_naa", "wwid_t10",   "wwid_eui"};
        for (const auto &entry : text::lvm_devices(*file))
            if (std::ranges::find(of_hardware, entry.id_type) != of_hardware.end()) {
                finding_.changes.push_back(
                    {{},
                     sentence(_("It allows LVM only disks with the old machine's identifiers, such as “%s”; without it "
                                "LVM searches all disks."),
                              printable(entry.id_name).c_str()),
                     RemoveFile{devices_file}});
                return {};
            }
        return {};
    }

  private:
    /// As LVM does it with all the names that a device has; nullopt: that would be too many comparisons.
    std::optional<bool> accepts(const text::LvmPatterns &patterns, const std::vector<std::string> &names) {
        bool rejected = false;
        for (const auto &name : names) {
            const auto verdict = patterns.verdict(name, matches_left_);
            if (!verdict)
                return std::nullopt;
            if (verdict == text::LvmVerdict::accepted)
                return true;
            rejected = rejected || verdict == text::LvmVerdict::rejected;
        }
        return !rejected;
    }
    [[nodiscard]] std::vector<std::string> new_names(const BlockDevice &volume) const {
        std::vector<std::string> names{"/dev/disk/by-id/lvm-pv-uuid-" + volume.uuid};
        if (const auto name = target_name(target_, volume); !name.empty())
            names.push_back(name);
        if (!volume.partuuid.empty())
            names.push_back("/dev/disk/by-partuuid/" + volume.partuuid);
        return names;
    }
    static std::vector<std::string> old_names(const BlockDevice &volume) {
        std::vector<std::string> names;
        const auto number = volume.partition ? std::to_string(volume.partition) : std::string{};
        if (volume.disk >= 26)
            return names;
        for (const std::string prefix : {"/dev/sd", "/dev/hd", "/dev/xvd", "/dev/vd"})
            names.push_back(prefix + static_cast<char>('a' + volume.disk) + number);
        const auto part = number.empty() ? number : "p" + number;
        names.push_back("/dev/nvme0n" + std::to_string(volume.disk + 1) + part);
        names.push_back("/dev/nvme" + std::to_string(volume.disk) + "n1" + part);
        return names;
    }
    /// Was @volume seen on the old machine?  One that is mounted was.
    std::optional<bool> was_seen(const text::LvmFilter &filter, const text::LvmPatterns &patterns,
                                 const BlockDevice &volume) {
        if (is_mounted(facts_, volume) || std::ranges::any_of(filter.patterns, names_a_place))
            return true;
        for (const auto &name : old_names(volume))
            if (const auto accepted = accepts(patterns, {name}); accepted != false)
                return accepted;
        return false;
    }

    /// False: the filter is more than can be checked.
    bool edit(const std::string &file, const text::LvmFilter &filter, text::Edits &edits,
              std::vector<std::string> &reasons) {
        std::string wanted;
        bool hidden = false, known = filter.inside.has_value();
        const text::LvmPatterns patterns{filter.patterns};
        for (const auto *volume : volumes_) {
            const auto seen_now = accepts(patterns, new_names(*volume));
            const auto seen_before = seen_now == false ? was_seen(filter, patterns, *volume) : std::optional{false};
            if (!seen_now || !seen_before)
                return false;
            if (*seen_now || !*seen_before)
                continue;
            hidden = true;
            const auto disk = target_disk(target_, volume->disk);
            known = known && !disk.empty();
            const auto pattern = " \"a|^" + disk + "|\",";
            if (!wanted.contains(pattern))
                wanted += pattern;
        }
        if (!hidden)
            return true;
        if (known)
            edits.insert(*filter.inside, wanted);
        else
            comment_out(file, filter, edits);
        std::string why = known ? _("A filter of LVM's accepts the disks by their new names too, since it would hide "
                                    "their volumes.")
                                : _("A filter of LVM's that would hide the volumes on the new disks is turned off.");
        if (std::ranges::find(reasons, why) == reasons.end())
            reasons.push_back(std::move(why));
        return true;
    }
    /// Whole lines only, so that nothing else on them is lost.
    static void comment_out(const std::string &file, const text::LvmFilter &filter, text::Edits &edits) {
        const auto end = filter.at + filter.size;
        const auto before = file.rfind('\n', filter.at) + 1;
        const auto after = std::min(file.find('\n', end), file.size());
        const auto rest = trim(std::string_view{file}.substr(end, after - end));
        if (!trim(std::string_view{file}.substr(before, filter.at - before)).empty() ||
            (!rest.empty() && !rest.starts_with('#'))) {
            edits.replace(filter.at, filter.size, "");
            return;
        }
        for (auto at = before; at < end; at = file.find('\n', at) + 1) {
            edits.insert(at, "# ");
            if (file.find('\n', at) == std::string::npos)
                break;
        }
    }

    const Inspection &facts_;
    const Machine &target_;
    Finding &finding_;
    std::vector<const BlockDevice *> volumes_; ///< physical volumes that are disks or partitions
    std::size_t matches_left_ = most_matches;
};

} // namespace

Result<Finding> plan_lvm(const FixerInput &input) {
    Finding finding;
    Planner planner{input, finding};
    for (const auto *path : {"/etc/lvm/lvm.conf", "/etc/lvm/lvmlocal.conf"})
        H2K_CHECK(planner.plan_filters(input.guest, path));
    H2K_CHECK(planner.plan_devices_file(input.guest));
    return finding;
}

} // namespace h2k
