// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/boot/efi_loaders.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/model/linux/families.h"
#include <algorithm>
#include <array>
#include <ranges>

namespace h2k {

namespace {

bool same_name(std::string_view a, std::string_view b) { return lower(a) == lower(b); }

/// Names that can stand in a path of GRUB's language without quotes.
bool is_grub_word(std::string_view name) { return !name.starts_with('.') && consists_of(name, "_-."); }

bool is_on_esp(const Inspection &facts, const Mount &mount) {
    const auto at = std::ranges::find(facts.devices, mount.device, &BlockDevice::name);
    return at != facts.devices.end() && is_esp(*at);
}

/// The distribution's folders first, in the order of its family's row; then by name, so that the choice is always the
/// same.
std::vector<const EfiFolder *> by_likelihood(const EfiPartition &esp, const LinuxFacts &facts, std::size_t &own) {
    std::vector<const EfiFolder *> order;
    const auto add = [&](std::string_view name) {
        const auto *folder = esp.folder(name);
        if (folder && !same_name(name, "BOOT") && std::ranges::find(order, folder) == order.end())
            order.push_back(folder);
    };
    if (const auto *family = family_of(facts))
        for (const auto &row : family->efi_folders)
            if (row.id == facts.distro)
                std::ranges::for_each(row.folders, add);
    add(facts.distro);
    own = order.size();
    for (const auto &folder : esp.folders)
        if (!same_name(folder.name, "Microsoft"))
            add(folder.name);
    return order;
}

class Finder {
  public:
    Finder(const EfiPartition &esp, const std::string &suffix) : esp_(esp), suffix_(suffix) {}

    void look_into(const EfiFolder &folder, bool own) {
        const auto config = folder.file("grub.cfg");
        const auto grubs = present(folder, {"grub" + suffix_ + ".efi", "grub.efi"});
        const auto shims = present(folder, {"shim" + suffix_ + ".efi", "shim.efi"});
        if (!shims.empty() && !grubs.empty()) {
            // Which of them a shim loads is compiled in: grub.efi and MokManager.efi are SUSE's and older names.
            auto companions = grubs;
            std::ranges::move(present(folder, {"mm" + suffix_ + ".efi", "MokManager.efi"}),
                              std::back_inserter(companions));
            found.push_back({shims.front(), companions, config, folder.name, own, false});
        } else if (!grubs.empty())
            found.push_back({grubs.front(), {}, config.empty() ? folder.file("grub.conf") : config, folder.name, own});
        if (const auto file = folder.file("systemd-boot" + suffix_ + ".efi"); !file.empty())
            found.push_back({file, {}, {}, folder.name, own, false});
    }
    /// Loaders that read their settings from their own folder, or are a kernel.
    void look_for_last_resorts() {
        for (const auto &[folder, file] : {std::pair{"refind", "refind_" + suffix_ + ".efi"},
                                           {"limine", "limine_" + suffix_ + ".efi"},
                                           {"limine", "BOOT" + suffix_ + ".EFI"}})
            if (const auto *at = esp_.folder(folder); at && !at->file(file).empty())
                found.push_back({at->file(file), {}, {}, at->name, false, true});
        const auto *images = esp_.folder("Linux");
        if (!images)
            return;
        // The last by name is usually the newest.
        for (const auto &name : images->files | std::views::reverse)
            if (lower(name).ends_with(".efi")) {
                found.push_back({images->path + "/" + name, {}, {}, images->name, false, true});
                return;
            }
    }
    std::vector<EfiLoader> found;

  private:
    static std::vector<std::string> present(const EfiFolder &folder, std::initializer_list<std::string> names) {
        std::vector<std::string> paths;
        for (const auto &name : names)
            if (auto path = folder.file(name); !path.empty())
                paths.push_back(std::move(path));
        return paths;
    }
    const EfiPartition &esp_;
    const std::string &suffix_;
};

} // namespace

std::string EfiFolder::file(std::string_view wanted) const {
    const auto found = std::ranges::find_if(files, [&](const auto &at) { return same_name(at, wanted); });
    return found == files.end() ? "" : path + "/" + *found;
}

const EfiFolder *EfiPartition::folder(std::string_view wanted) const {
    const auto at = std::ranges::find_if(folders, [&](const auto &folder) { return same_name(folder.name, wanted); });
    return at == folders.end() ? nullptr : &*at;
}

std::string find_esp_mount(const Inspection &facts) {
    constexpr std::array<std::string_view, 3> places{"/boot/efi", "/efi", "/boot"};
    for (const bool by_type : {true, false})
        for (const auto place : places)
            for (const auto &mount : facts.mounts)
                if (mount.path == place && mount.type == "vfat" && (!by_type || is_on_esp(facts, mount)))
                    return mount.path;
    return {};
}

Result<EfiPartition> read_esp(const GuestView &guest, const std::string &mount) {
    EfiPartition esp{.path = mount};
    // The appliance may list a file in several spellings; on FAT they are one file.
    const auto folders = H2K_TRY(guest.list(mount + "/[Ee][Ff][Ii]/*"));
    const auto files = H2K_TRY(guest.list(mount + "/[Ee][Ff][Ii]/*/*"));
    for (const auto &path : folders)
        if (const auto name = base_name(path); is_grub_word(name))
            esp.folders.push_back({path, name, {}});
    for (auto &folder : esp.folders)
        for (const auto &path : files)
            if (const auto name = base_name(path); folder_of(path) == folder.path && is_grub_word(name))
                folder.files.push_back(name);
    for (const auto &path : H2K_TRY(guest.list(mount + "/[Ee][Ff][Ii]")))
        esp.efi = path;
    esp.has_entries = !H2K_TRY(guest.list(mount + "/[Ll][Oo][Aa][Dd][Ee][Rr]/entries/*.conf")).empty() ||
                      esp.folder("Linux") != nullptr;
    return esp;
}

Result<std::vector<EfiLoader>> find_efi_loaders(const GuestView &guest, const EfiPartition &esp,
                                                const Inspection &facts, const std::string &suffix) {
    Finder finder{esp, suffix};
    std::size_t own = 0, at = 0;
    for (const auto *folder : by_likelihood(esp, facts.linux_facts(), own))
        finder.look_into(*folder, at++ < own);
    if (esp.has_entries)
        for (const auto &path : H2K_TRY(guest.list("/usr/lib/systemd/boot/efi/systemd-boot" + suffix + ".efi")))
            finder.found.push_back({path, {}, {}, "systemd", false, false});
    finder.look_for_last_resorts();
    return std::move(finder.found);
}

} // namespace h2k
