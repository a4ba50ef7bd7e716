// SPDX-License-Identifier: LGPL-2.1-or-later
// GRUB manual ("Simple configuration handling", "The GRUB environment block"), the Boot Loader Specification
// (uapi-group.org), loader.conf(5) of systemd-boot, and syslinux' documentation.
#include "convert/inspect/boot/entries.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/inspect/boot/entry_kernels.h"
#include "convert/inspect/root_layout.h"
#include "convert/inspect/version_order.h"
#include "fixers/text/assignments.h"
#include "fixers/text/boot_menu.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <fnmatch.h>
#include <map>

namespace h2k {

namespace {

using text::LoaderEntry;

/// Each is read in the appliance.
constexpr std::size_t most_entries = 64, most_menus = 16;

/// A grub.cfg, and what GRUB's environment block beside it says.
struct GrubFile {
    DefaultEntry where;
    std::string content, block, saved, kernel_options;
};

/// What the boot loaders of one file system, or of all of them, have.
struct Found {
    std::vector<GrubFile> grub;
    std::map<std::string, std::vector<LoaderEntry>> entries; ///< by device
    std::vector<DefaultEntry> defaults;
};

class Reader {
  public:
    Reader(const StorageView &storage, std::span<const BlockDevice> devices) : storage_(storage), devices_(devices) {}

    Result<> read_device(const BlockDevice &device) {
        device_ = device.name;
        partition_ = device.partition;
        if (device.type == "vfat") {
            H2K_CHECK(read_grub({"/EFI/*/grub.cfg", "/grub/grub.cfg", "/grub2/grub.cfg"}));
            H2K_CHECK(read_legacy_grub("/grub"));
            const auto entries = H2K_TRY(read_entries("/loader/entries/*.conf"));
            H2K_CHECK(read_systemd_boot(entries));
            found_.entries[device_] = entries;
            return read_syslinux({"/syslinux.cfg", "/EFI/syslinux/syslinux.cfg", "/syslinux/syslinux.cfg"});
        }
        if (!may_hold_root(device.type))
            return {};
        std::string top;
        if (const auto subvolume = H2K_TRY(find_root_on(storage_, device)))
            top = (subvolume->empty() ? "" : "/" + *subvolume) + "/boot";
        H2K_CHECK(read_grub({top + "/grub/grub.cfg", top + "/grub2/grub.cfg"}));
        H2K_CHECK(read_legacy_grub(top + "/grub"));
        found_.entries[device_] = H2K_TRY(read_entries(top + "/loader/entries/*.conf"));
        const auto root = top.substr(0, top.size() - std::min<std::size_t>(top.size(), 5));
        return read_syslinux({top + "/extlinux/extlinux.conf", top + "/extlinux.conf", top + "/syslinux/syslinux.cfg",
                              root + "/extlinux.conf"});
    }

    /// Those that name no root, or start more than files say, too.
    std::vector<DefaultEntry> defaults() && {
        for (const auto &file : found_.grub)
            if (auto started = entry_of(file))
                found_.defaults.push_back(*std::move(started));
        return std::move(found_.defaults);
    }

  private:
    Result<std::string> read(const std::string &path, std::size_t limit = text::config_limit) {
        return bounded(H2K_TRY(storage_.read_on(device_, path)), path, limit);
    }
    static std::string bounded(std::optional<std::string> file, const std::string &path,
                               std::size_t limit = text::config_limit) {
        Notices ignored; // fixers warn of it
        return text::within_limit(std::move(file), path, limit, ignored).value_or("");
    }

    /// A folder with too many files to list is left out.
    Result<std::vector<std::string>> list(const std::string &glob) {
        auto paths = storage_.list_on(device_, glob);
        if (!paths && paths.error().is(H2K_ERROR_FAILED))
            return std::vector<std::string>{};
        return paths;
    }

    Result<> read_grub(const std::vector<std::string> &globs) {
        for (const auto &glob : globs)
            for (const auto &path : H2K_TRY(list(glob))) {
                if (found_.grub.size() >= most_menus)
                    return {};
                GrubFile file{.where = {.device = device_, .file = path},
                              .content = H2K_TRY(read(path, text::grub_limit)),
                              .block = H2K_TRY(read(path.substr(0, path.rfind('/')) + "/grubenv"))};
                for (const auto &assignment : text::parse_grubenv(file.block))
                    if (assignment.key == "saved_entry")
                        file.saved = assignment.value.value;
                    else if (assignment.key == "kernelopts")
                        file.kernel_options = assignment.value.value;
                found_.grub.push_back(std::move(file));
            }
        return {};
    }

    /// In the order of a menu, the first on top.
    Result<std::vector<LoaderEntry>> read_entries(const std::string &glob) {
        auto paths = H2K_TRY(list(glob));
        std::ranges::sort(paths, [](const auto &a, const auto &b) { return version_order(a, b) > 0; });
        std::vector<LoaderEntry> entries;
        for (const auto &path : paths)
            if (entries.size() < most_entries) {
                const auto name = base_name(path);
                entries.push_back(text::parse_loader_entry(name.substr(0, name.size() - 5), H2K_TRY(read(path))));
            }
        return entries;
    }

    Result<> read_systemd_boot(std::vector<LoaderEntry> entries) {
        const std::string path = "/loader/loader.conf";
        const auto file = H2K_TRY(storage_.read_on(device_, path));
        // A unified kernel image is an entry of its own.
        const bool more = !H2K_TRY(list("/EFI/Linux/*.[eE][fF][iI]")).empty();
        if ((entries.empty() && !more) || (!file && H2K_TRY(list("/EFI/systemd/systemd-boot*.efi")).empty()))
            return {};
        // Those with a sort-key come first.
        std::ranges::stable_sort(entries, [](const LoaderEntry &a, const LoaderEntry &b) {
            if (a.sort_key != b.sort_key)
                return a.sort_key.empty() || b.sort_key.empty() ? !a.sort_key.empty() : a.sort_key < b.sort_key;
            return !a.sort_key.empty() && version_order(a.version, b.version) > 0;
        });
        const auto *entry = entries.empty() ? nullptr : wanted_of(entries, text::loader_default(bounded(file, path)));
        found_.defaults.push_back({.root = entry ? text::root_argument(entry->options) : std::string{},
                                   .device = device_,
                                   .file = file || !entry ? path : "/loader/entries/" + entry->id + ".conf",
                                   .kernel = entry && !more ? kernel_of(*entry, device_) : std::nullopt});
        return {};
    }

    /// What the firmware's variables say (@saved, and a choice made with bootctl) is not on the disks.
    static const LoaderEntry *wanted_of(const std::vector<LoaderEntry> &entries, const std::string &pattern) {
        constexpr std::ptrdiff_t most_stars = 8; // fnmatch() takes long for many
        if (pattern.empty())
            return &entries.front();
        if (pattern.starts_with('@') || pattern.size() > 255 || std::ranges::count(pattern, '*') > most_stars)
            return nullptr;
        for (const auto &entry : entries)
            for (const auto &name : {entry.id + ".conf", entry.id})
                if (fnmatch(pattern.c_str(), name.c_str(), FNM_CASEFOLD) == 0)
                    return &entry;
        return &entries.front();
    }

    Result<> read_syslinux(const std::vector<std::string> &paths) {
        for (const auto &path : paths) {
            const auto file = H2K_TRY(read(path));
            if (const auto entry = text::syslinux_default(file))
                found_.defaults.push_back({.root = text::root_argument(entry->options),
                                           .device = device_,
                                           .file = path,
                                           .kernel = kernel_of_label(*entry, device_, folder_of(path))});
        }
        return {};
    }

    /// Of GRUB 0.97, which has no other menu beside its own; for its kernel alone.
    Result<> read_legacy_grub(const std::string &folder) {
        if (!found_.grub.empty() && found_.grub.back().where.device == device_)
            return {};
        for (const auto *name : {"/menu.lst", "/grub.conf"}) {
            const auto path = folder + name;
            const auto file = H2K_TRY(read(path));
            if (file.empty())
                continue;
            const auto entry = text::legacy_default(file, partition_);
            found_.defaults.push_back(
                {.device = device_, .file = path, .kernel = entry ? kernel_of_title(*entry, device_) : std::nullopt});
            break;
        }
        return {};
    }

    /// Null: the file only loads another one, as Debian's on the EFI system partition does.
    std::optional<DefaultEntry> entry_of(const GrubFile &file) const {
        const auto menu = text::grub_menu(file.content);
        const bool by_files = text::uses_blscfg(file.content);
        if (menu.empty() && !by_files)
            return std::nullopt;
        auto started = file.where;
        const auto wanted = text::grub_default(file.content);
        const bool is_saved = wanted == "${saved_entry}" || wanted == "$saved_entry";
        const auto &name = is_saved ? file.saved : wanted;
        if (!is_saved && wanted.find('$') != std::string::npos)
            return started;
        const text::GrubVariables variables{file.content, file.block};
        if (by_files) {
            add_loader_entry(started, file, name, variables);
        } else if (const auto *entry = text::grub_entry(menu, name.empty() ? "0" : name)) {
            started.root = text::root_argument(entry->options);
            started.kernel = kernel_of(*entry, variables, devices_, started.device);
        }
        return started;
    }

    /// Those on the file system of the menu, and its name; where it has none, as RHEL 8's on the EFI system partition,
    /// those of the first that has.
    std::pair<std::string, const std::vector<LoaderEntry> *> entries_for(const GrubFile &file) const {
        if (const auto own = found_.entries.find(file.where.device);
            own != found_.entries.end() && !own->second.empty())
            return {own->first, &own->second};
        for (const auto &[device, entries] : found_.entries)
            if (!entries.empty())
                return {device, &entries};
        return {{}, nullptr};
    }

    /// Red Hat's blscfg: by id or title, by number, and else the first.
    void add_loader_entry(DefaultEntry &started, const GrubFile &file, const std::string &name,
                          const text::GrubVariables &variables) const {
        const auto [device, entries] = entries_for(file);
        if (!entries)
            return;
        auto at = std::ranges::find_if(*entries, [&](const auto &e) { return e.id == name || e.title == name; });
        if (at == entries->end()) {
            const auto number = parse_number(name, 0, entries->size() - 1).value_or(0);
            at = entries->begin() + static_cast<std::ptrdiff_t>(number);
        }
        started.root = text::root_argument(at->options);
        if (started.root.empty() && at->options.find("$kernelopts") != std::string::npos)
            started.root = text::root_argument(file.kernel_options);
        started.kernel = kernel_of(*at, variables, device);
    }

    const StorageView &storage_;
    std::span<const BlockDevice> devices_;
    std::string device_;
    unsigned partition_ = 0;
    Found found_;
};

Result<std::vector<DefaultEntry>> read_menus(const StorageView &storage, std::span<const BlockDevice> devices) {
    Reader reader{storage, devices};
    for (const auto &device : devices)
        if (device.disk == 0)
            H2K_CHECK(reader.read_device(device));
    return std::move(reader).defaults();
}

std::string shown(const DefaultEntry &entry) {
    return sentence(_("“%s” on %s"), printable(entry.file).c_str(), printable(entry.device).c_str());
}

} // namespace

Result<std::vector<DefaultEntry>> find_default_entries(const StorageView &storage,
                                                       std::span<const BlockDevice> devices) {
    auto entries = H2K_TRY(read_menus(storage, devices));
    std::erase_if(entries, [](const DefaultEntry &entry) { return entry.root.empty(); });
    return entries;
}

Result<DefaultKernel> find_default_kernel(const StorageView &storage, std::span<const BlockDevice> devices) {
    const auto entries = H2K_TRY(read_menus(storage, devices));
    if (entries.empty())
        return DefaultKernel{.kernel = {}, .doubt = _("No menu of a boot loader that can be read was found.")};
    for (const auto &entry : entries) {
        if (!entry.kernel)
            return DefaultKernel{.kernel = {},
                                 .doubt = sentence(_("What the boot loader starts does not follow from its menu "
                                                     "alone: %s."),
                                                   shown(entry).c_str())};
        if (*entry.kernel != *entries.front().kernel)
            return DefaultKernel{.kernel = {},
                                 .doubt = sentence(_("The guest's boot loaders start different kernels, or with "
                                                     "different command lines: %s, and %s."),
                                                   shown(entries.front()).c_str(), shown(entry).c_str())};
    }
    return DefaultKernel{.kernel = entries.front().kernel, .doubt = {}};
}

} // namespace h2k
