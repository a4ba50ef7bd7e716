// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/initramfs/extension.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/model/journal/guest_journal.h"
#include "convert/model/linux/kernel_modules.h"
#include "fixers/linux/initramfs/root_stack.h"
#include <algorithm>
#include <array>
#include <set>

namespace h2k {

namespace {

using Files = std::vector<InitramfsFile>;

/// Where the image of initramfs-tools has modules that its own index does not name.
constexpr const char *own_tree = "/usr/lib/virt-hyper2kvm";

/// "usr/lib/modules/6.1/", as the image spells it; empty: it has no modules of the kernel.
std::string modules_folder(const StaleImage &stale) {
    const auto folder = "lib/modules/" + stale.kernel.version + "/";
    for (const auto &name : stale.names)
        for (const auto &start : {folder, "usr/" + folder})
            if (name.starts_with(start) && !module_name(name).empty())
                return start;
    return {};
}

/// What the image's own modprobe reads, since there are modules like that in @folder.
std::set<std::string> suffixes_in(const std::vector<std::string> &names, const std::string &folder) {
    std::set<std::string> suffixes;
    for (const auto &name : names)
        if (name.starts_with(folder) && !module_name(name).empty())
            suffixes.insert(suffix_of(name));
    return suffixes;
}

/// The same where there are none: kmod in the image has the library that unpacks such modules.
bool can_unpack(const std::vector<std::string> &names, const std::string &suffix) {
    const auto *library = suffix == ".ko.xz"    ? "liblzma.so."
                          : suffix == ".ko.zst" ? "libzstd.so."
                          : suffix == ".ko.gz"  ? "libz.so."
                                                : nullptr;
    return suffix == ".ko" || (library && std::ranges::any_of(names, [&](const auto &name) {
                                   return base_name(name).starts_with(library);
                               }));
}

/// @file below @folder, as depmod of module-init-tools wrote it, without that; else as it is.
std::string below(const std::string &file, const std::string &folder) {
    return file.starts_with(folder) ? file.substr(folder.size()) : file;
}

/// The modules that the image lacks; false: one of them cannot be put there.
Result<bool> add_modules(const GuestView &guest, const StaleImage &stale, const std::string &folder, Files &files) {
    const auto suffixes = suffixes_in(stale.names, folder);
    const auto there = modules_in(stale.names);
    const auto own = "/lib/modules/" + stale.kernel.version + "/";
    for (const auto &[name, path] : stale.files) {
        if (there.contains(name))
            continue;
        const auto file = below(path, own);
        if (!is_straight(own + file) || !suffixes.contains(suffix_of(file)) || !H2K_TRY(guest.exists(own + file)))
            return false;
        files.push_back({.name = folder + file, .from = own + file, .content = {}});
    }
    return true;
}

/// The whole index of the kernel's modules, in the forms that the image has.  kmod reads a text only without its
/// binary form.
Result<> add_index(const GuestView &guest, const StaleImage &stale, const std::string &folder, Files &files) {
    constexpr std::array<const char *, 10> indexes{
        "modules.dep.bin", "modules.alias.bin", "modules.symbols.bin", "modules.builtin.bin", "modules.dep",
        "modules.alias",   "modules.symbols",   "modules.builtin",     "modules.softdep",     "modules.order"};
    const std::set<std::string> names{stale.names.begin(), stale.names.end()};
    for (const std::string index : indexes) {
        const auto from = "/lib/modules/" + stale.kernel.version + "/" + index;
        if (names.contains(folder + index) && !names.contains(folder + index + ".bin") && H2K_TRY(guest.exists(from)))
            files.push_back({.name = folder + index, .from = from, .content = {}});
    }
    return {};
}

/// A tree of their own for modules that are packed otherwise than those of the image, whose index does not go with
/// the guest's: all that the drivers need, and the guest's index.  False: they cannot be put there.
Result<bool> add_own_tree(const GuestView &guest, const StaleImage &stale, Files &files) {
    const auto own = "/lib/modules/" + stale.kernel.version + "/";
    const auto folder = (std::string{own_tree} + own).substr(1);
    for (const auto &[name, path] : stale.files) {
        const auto file = below(path, own);
        if (!is_straight(own + file) || !can_unpack(stale.names, suffix_of(file)) || !H2K_TRY(guest.exists(own + file)))
            return false;
        files.push_back({.name = folder + file, .from = own + file, .content = {}});
    }
    for (const std::string index :
         {"modules.dep.bin", "modules.alias.bin", "modules.symbols.bin", "modules.builtin.bin", "modules.softdep"})
        if (H2K_TRY(guest.exists(own + index)))
            files.push_back({.name = folder + index, .from = own + index, .content = {}});
    return guest.exists(own + "modules.dep.bin");
}

/// The guest's file that the image has a true copy of; empty: none.
std::string copied_from(const std::string &name) {
    constexpr std::string_view resume = "conf/conf.d/";
    if (name.starts_with(resume)) // initramfs-tools(7)
        return "/etc/initramfs-tools/conf.d/" + name.substr(resume.size());
    for (const auto *folder : {"etc/udev/rules.d/", "etc/lvm/", "etc/systemd/network/", "etc/modprobe.d/"})
        if (name.starts_with(folder))
            return "/" + name;
    return {};
}

/// Files made of others, which only the guest's program makes.
bool is_made(const std::string &name) { return holds_settings(name) || made_of(name) == "/etc/crypttab"; }

/// New copies of what the plan changes; a file that it removes becomes an empty one.
Result<> add_copies(const GuestView &guest, const StaleImage &stale, Files &files) {
    const auto add = [&](const std::string &name, const std::string &from) -> Result<> {
        if (H2K_TRY(guest.exists(from)))
            files.push_back({.name = name, .from = from, .content = {}});
        else
            files.push_back({.name = name, .from = {}, .content = {}});
        return {};
    };
    for (const auto &name : stale.names)
        if (const auto from = copied_from(name); !from.empty() && guest.is_planned(from))
            H2K_CHECK(add(name, from));
    // initramfs-tools puts the guest's own names of cards beside those of udev; dracut leaves them where they are.
    const auto links = std::ranges::find_if(stale.names, [](const auto &name) {
        return base_name(name) == "99-default.link" && name.contains("lib/systemd/network/");
    });
    if (links == stale.names.end())
        return {};
    for (const auto &path : H2K_TRY(guest.list("/etc/systemd/network/*.link")))
        if (guest.is_planned(path))
            H2K_CHECK(add(folder_of(*links) + "/" + base_name(path), path));
    return {};
}

/// Does the image have what its tool needs for the layers below the root?
bool has_layers(const StaleImage &stale, const std::vector<std::string> &stack) {
    const auto has_program = [&](std::initializer_list<const char *> programs) {
        return std::ranges::any_of(stale.names, [&](const auto &name) {
            return std::ranges::find(programs, base_name(name)) != programs.end();
        });
    };
    return (!has_layer(stack, "lvm") || has_program({"lvm"})) &&
           (!has_layer(stack, "raid") || has_program({"mdadm"})) &&
           (!has_layer(stack, "crypt") || has_program({"cryptsetup", "systemd-cryptsetup"}));
}

/// Is an image copied elsewhere whenever it is made, so that the loader starts another one?  systemd-boot, kernelstub
/// and flash-kernel have hooks of initramfs-tools for that, and images on the EFI system partition.
Result<bool> are_copied(const GuestView &guest, const LinuxFacts &facts) {
    if (!H2K_TRY(guest.list("/etc/initramfs/post-update.d/*")).empty())
        return true;
    for (const auto *place : {"/boot/efi/*/*/init*", "/efi/*/*/init*"})
        for (const auto &path : H2K_TRY(guest.list(place)))
            if (std::ranges::find(facts.kernels, path, &Kernel::initramfs) == facts.kernels.end())
                return true;
    return false;
}

/// udev loads what the index knows in images of dracut; those of initramfs-tools can do without it.
void add_loader(const StaleImage &stale, const InitramfsTool &tool, Files &files) {
    if (&tool == &initramfs_tools)
        files.push_back({.name = "conf/conf.d/zz-virt-hyper2kvm",
                         .from = {},
                         .content = std::string{initramfs_marker} + ".\nmodprobe -q " +
                                    (stale.repacked ? std::string{"-d "} + own_tree + " " : "") + "-a " +
                                    join(stale.needs.drivers, " ") + " || true\n"});
}

/// The drivers, the index, and what loads them; false: they cannot be put into the image.
Result<bool> add_drivers(const GuestView &guest, const StaleImage &stale, const std::string &folder,
                         const InitramfsTool &tool, Files &files) {
    const auto there = modules_in(stale.names);
    if (std::ranges::all_of(stale.needs.modules, [&](const auto &name) { return there.contains(name); }))
        return true;
    if (stale.repacked && &tool != &initramfs_tools)
        return false;
    if (!H2K_TRY(stale.repacked ? add_own_tree(guest, stale, files) : add_modules(guest, stale, folder, files)))
        return false;
    if (!stale.repacked)
        H2K_CHECK(add_index(guest, stale, folder, files));
    add_loader(stale, tool, files);
    return true;
}

Result<bool> has_space(const GuestView &guest, const StaleImage &stale, const Files &files) {
    constexpr std::uint64_t slack = 4u << 20, most = std::uint64_t{1} << 30;
    std::uint64_t wanted = slack;
    for (const auto &file : files)
        if (!file.from.empty())
            if (const auto space = H2K_TRY(guest.space(file.from)))
                wanted += std::min(space->file, most);
    const auto image = H2K_TRY(guest.space(stale.kernel.initramfs));
    return !image || image->free >= wanted;
}

} // namespace

Result<std::optional<ExtendInitramfs>> extension_of(const GuestView &guest, const StaleImage &stale,
                                                    const LinuxFacts &facts, const InitramfsTool &tool) {
    const auto folder = modules_folder(stale);
    const bool makes_settings = std::ranges::any_of(stale.names, [&](const auto &name) {
        return is_made(name) &&
               (name.starts_with("etc/cmdline.d/") || guest.is_planned("/etc/" + base_name(name)) ||
                guest.is_planned("/etc/mdadm/" + base_name(name)) || guest.is_planned("/etc/crypttab"));
    });
    if ((&tool != &initramfs_tools && &tool != &dracut) || folder.empty() || makes_settings ||
        !has_layers(stale, facts.root_stack) || H2K_TRY(are_copied(guest, facts)))
        return std::nullopt;
    ExtendInitramfs extend{
        .kernel = stale.kernel.version, .image = stale.kernel.initramfs, .files = {}, .modules = stale.needs.modules};
    if (!H2K_TRY(add_drivers(guest, stale, folder, tool, extend.files)))
        return std::nullopt;
    H2K_CHECK(add_copies(guest, stale, extend.files));
    if (extend.files.empty() || !H2K_TRY(has_space(guest, stale, extend.files)))
        return std::nullopt;
    return extend;
}

} // namespace h2k
