// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/boot/install_devices.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/storage/device_names.h"
#include "fixers/linux/storage/target_names.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr auto suse_file = "/etc/default/grub_installdevice";
constexpr auto debconf_file = "/var/cache/debconf/config.dat";
constexpr std::size_t debconf_limit = 4u << 20;

/// The disk that the old name of a whole disk means.
std::optional<std::size_t> disk_of(std::string_view name, std::size_t disks) {
    const auto by_letter = [&](std::string_view prefix) {
        return name.starts_with(prefix) && name.size() == prefix.size() + 1 && name.back() >= 'a' && name.back() <= 'z';
    };
    if (by_letter("/dev/sd") || by_letter("/dev/hd") || by_letter("/dev/vd") || by_letter("/dev/xvd"))
        return static_cast<std::size_t>(name.back() - 'a');
    if (name.size() == 5 && name.starts_with("(hd") && name.back() == ')' && g_ascii_isdigit(name[3]))
        return static_cast<std::size_t>(name[3] - '0');
    const bool by_link = name.starts_with("/dev/disk/by-id/") || name.starts_with("/dev/disk/by-path/");
    if (by_link && disks <= 1 && name.find("-part") == std::string_view::npos)
        return 0;
    return std::nullopt;
}

class Planner {
  public:
    Planner(const Inspection &facts, const Machine &target, Finding &finding)
        : facts_(facts), target_(target), finding_(finding) {
        for (const auto &device : facts.devices)
            disks_ = std::max<std::size_t>(disks_, device.disk + 1);
    }

    /// What @name becomes; itself where it holds on the target.
    std::string renamed(const std::string &name, const char *path, bool is_efi = false) {
        // A partition has a UUID, a disk has no persistent name.
        if (const auto verdict = judge_name(facts_, name, NameUse::file_system);
            verdict.state == NameVerdict::renamed) {
            constexpr std::string_view uuid = "UUID=";
            if (verdict.name.starts_with(uuid))
                return "/dev/disk/by-uuid/" + verdict.name.substr(uuid.size());
        }
        // GRUB for EFI is installed on the one EFI system partition.
        if (is_efi && is_bus_dependent(name))
            if (const auto esp = efi_partition(); !esp.empty())
                return "/dev/disk/by-uuid/" + esp;
        const auto disk = disk_of(name, disks_);
        const auto to = disk ? target_disk(target_, *disk) : std::string{};
        if (!to.empty())
            return to;
        if (is_bus_dependent(name))
            finding_.notices.warn("grub.install-disk-gone",
                                  sentence(_("“%s” says that GRUB is installed on “%s”, which the guest will not have; "
                                             "set the right device in the guest before you update GRUB."),
                                           path, printable(name).c_str()));
        return name;
    }
    void write(const char *path, const std::string &file, const text::Edits &edits, const Renames &renames) {
        if (!edits.empty())
            finding_.changes.push_back(
                {.reason = sentence(_("An update of GRUB would fail on a disk that does not exist. %s"),
                                    renames.reason().c_str()),
                 .action = WriteFile{path, edits.applied(file)}});
    }

    [[nodiscard]] bool starts_by_efi() const {
        return (target_.firmware == Firmware::unknown ? facts_.firmware : target_.firmware) == Firmware::uefi;
    }

  private:
    /// The UUID of the one that the guest mounts, or of the only one; empty: there is none, or several.
    [[nodiscard]] std::string efi_partition() const {
        for (const auto &mount : facts_.mounts)
            if (mount.path == "/boot/efi" || mount.path == "/efi")
                if (const auto *device = device_named(facts_.devices, mount.device))
                    return device->uuid;
        std::string uuid;
        for (const auto &device : facts_.devices)
            if (is_esp(device)) {
                if (!uuid.empty())
                    return {};
                uuid = device.uuid;
            }
        return uuid;
    }
    const Inspection &facts_;
    const Machine &target_;
    Finding &finding_;
    std::size_t disks_ = 1;
};

/// One device per line, then words such as "activate".
Result<> plan_suse(const GuestView &guest, Planner &planner, Notices &notices) {
    const auto file = H2K_TRY(text::read_config(guest, suse_file, notices));
    if (!file)
        return {};
    text::Edits edits;
    Renames renames;
    for (const auto &line : text::lines_of(*file)) {
        const std::string name{trim(line.content)};
        if (!name.starts_with("/dev/") && !name.starts_with('('))
            continue;
        if (const auto to = planner.renamed(name, suse_file); to != name) {
            edits.replace(line.at, line.content.size(), to);
            renames.add(name, to);
        }
    }
    planner.write(suse_file, *file, edits, renames);
    return {};
}

/// debconf's database: paragraphs of "Name: …", "Value: …"; grub-pc's list has commas.
Result<> plan_debconf(const GuestView &guest, Planner &planner, Notices &notices) {
    const auto file = H2K_TRY(text::read_config(guest, debconf_file, notices, debconf_limit));
    if (!file)
        return {};
    text::Edits edits;
    Renames renames;
    std::string name;
    for (const auto &line : text::lines_of(*file)) {
        if (line.content.empty())
            name.clear();
        else if (line.content.starts_with("Name: "))
            name = line.content.substr(6);
        constexpr std::string_view key = "Value: ";
        const bool is_efi = name == "grub-efi/install_devices";
        // What a package for the other firmware remembers is not used.
        if ((!is_efi && name != "grub-pc/install_devices") || is_efi != planner.starts_by_efi() ||
            !line.content.starts_with(key))
            continue;
        std::vector<std::string> devices;
        for (const auto &part : split(line.content.substr(key.size()), ','))
            if (const std::string device{trim(part)}; !device.empty()) {
                devices.push_back(planner.renamed(device, debconf_file, is_efi));
                if (devices.back() != device)
                    renames.add(device, devices.back());
            }
        if (!renames.empty())
            edits.replace(line.at + key.size(), line.content.size() - key.size(), join(devices, ", "));
    }
    planner.write(debconf_file, *file, edits, renames);
    return {};
}

} // namespace

Result<> plan_install_devices(const GuestView &guest, const Inspection &facts, const Machine &target,
                              Finding &finding) {
    Planner planner{facts, target, finding};
    H2K_CHECK(plan_suse(guest, planner, finding.notices));
    return plan_debconf(guest, planner, finding.notices);
}

} // namespace h2k
