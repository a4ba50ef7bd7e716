// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd.mount(5), systemd.swap(5) and the device units of systemd.device(5).
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "fixers/linux/services/links.h"
#include "fixers/linux/storage/disk_names.h"
#include "fixers/text/config_file.h"
#include "fixers/text/ini.h"
#include "fixers/text/systemd_escape.h"
#include <algorithm>
#include <array>
#include <optional>

namespace h2k {

namespace {

constexpr std::string_view unit_folder = "/etc/systemd/system/";

class Units {
  public:
    Units(const FixerInput &input, Finding &finding) : guest_(input.guest), facts_(input.facts), finding_(finding) {}

    Result<> plan(const std::string &path) {
        if (H2K_TRY(guest_.link(path)))
            return {};
        const auto file = H2K_TRY(reader_.read(guest_, path, finding_.notices));
        if (!file)
            return {};
        const auto entries = text::parse_ini(*file);
        text::Edits edits;
        Renames renames;
        std::string swap;
        for (const auto &entry : entries)
            if (entry.key == "What" && (entry.section == "Mount" || entry.section == "Swap"))
                edit_what(path, entries, entry, edits, renames, swap);
            else if (entry.section == "Unit" && waits(entry.key))
                edit_device_units(path, entry, edits, renames);
        if (edits.empty())
            return {};
        if (!swap.empty() && path.ends_with(".swap"))
            return move_swap(path, edits.applied(*file), swap, renames);
        write(finding_, path, edits.applied(*file), renames.reason());
        return {};
    }

  private:
    static bool waits(std::string_view key) {
        constexpr std::array<std::string_view, 7> keys{"Requires", "Requisite", "BindsTo", "Wants",
                                                       "After",    "Before",    "PartOf"};
        return std::ranges::find(keys, key) != keys.end();
    }
    void edit_what(const std::string &path, const std::vector<text::IniEntry> &entries, const text::IniEntry &entry,
                   text::Edits &edits, Renames &renames, std::string &swap) {
        const auto &name = entry.value.value;
        const auto type = entry.section == "Swap" ? "swap" : text::value_of(entries, "Mount", "Type");
        const auto to = lasting_path(facts_, name, NameUse::command_line, type);
        if (to) {
            edits.replace(entry.value, *to);
            renames.add(name, *to);
            swap = entry.section == "Swap" ? *to : swap;
        } else if (judge_name(facts_, name, NameUse::command_line, type).state != NameVerdict::keeps)
            finding_.notices.warn("disk-names.unknown-device",
                                  sentence(_("The unit “%s” names “%s”, for which the guest's disks have no persistent "
                                             "name; the boot may wait for it and go on without it."),
                                           printable(path).c_str(), printable(name).c_str()));
    }
    /// "dev-sdb1.device": waiting for a device that never comes takes 90 seconds, and then the unit fails.
    void edit_device_units(const std::string &path, const text::IniEntry &entry, text::Edits &edits, Renames &renames) {
        constexpr std::string_view suffix = ".device";
        for (const auto &piece : text::words_of(entry.value)) {
            const auto &word = piece.value;
            if (!word.starts_with("dev-") || !word.ends_with(suffix))
                continue;
            const auto device = text::path_of_unit_name(word.substr(0, word.size() - suffix.size()));
            if (const auto to = lasting_path(facts_, device, NameUse::command_line)) {
                const auto unit = text::unit_name_of_path(*to) + std::string{suffix};
                edits.replace(piece, unit);
                renames.add(word, unit);
            } else if (is_bus_dependent(device))
                finding_.notices.warn("disk-names.unknown-device",
                                      sentence(_("The unit “%s” names “%s”, for which the guest's disks have no "
                                                 "persistent name; the boot may wait for it and go on without it."),
                                               printable(path).c_str(), printable(word).c_str()));
        }
    }
    /// A swap unit has to be called like the device that it names.
    Result<> move_swap(const std::string &path, std::string content, const std::string &device,
                       const Renames &renames) {
        const auto old = base_name(path), name = text::unit_name_of_path(device) + ".swap";
        const auto to = std::string{unit_folder} + name;
        write(finding_, to, std::move(content), renames.reason());
        finding_.changes.push_back(
            {{},
             sentence(_("The unit is now “%s”, after the device's persistent name."), name.c_str()),
             RemoveFile{path}});
        if (!links_)
            links_ = H2K_TRY(ServiceLinks::read(guest_, finding_.notices));
        for (const auto &link : links_->starting(old)) {
            finding_.changes.push_back({{}, _("It starts the unit by its old name."), RemoveFile{link}});
            finding_.changes.push_back(
                {{}, _("It starts the unit by its new name."), MakeLink{folder_of(link) + "/" + name, to}});
        }
        return {};
    }

    const GuestView &guest_;
    const Inspection &facts_;
    Finding &finding_;
    text::ConfigReader reader_{512, 4u << 20};
    std::optional<ServiceLinks> links_; ///< read where they are needed
};

} // namespace

Result<> plan_units(const FixerInput &input, Finding &finding) {
    Units units{input, finding};
    for (const std::string suffix : {"mount", "swap", "service", "target", "automount", "path", "timer"})
        for (const auto &glob : {"*." + suffix, "*." + suffix + ".d/*.conf"})
            for (const auto &path : H2K_TRY(input.guest.list(std::string{unit_folder} + glob)))
                H2K_CHECK(units.plan(path));
    return {};
}

} // namespace h2k
