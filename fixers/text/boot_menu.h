// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace h2k::text {

/// An entry of a boot loader's menu.
struct MenuEntry {
    std::string id, title; ///< each may be empty
    int above = -1;        ///< index of the submenu that it stands in; -1: the menu itself
    bool is_submenu = false;
    std::string options;              ///< the kernel's command line, without the kernel
    std::string kernel;               ///< its path, as written; empty: none that is Linux'
    std::vector<std::string> initrds; ///< likewise, in their order
    /// Where the files are: a file system's UUID, or after '(' how GRUB names it; empty: where the menu is.
    std::string filesystem;
    bool unclear = false; ///< what it starts does not follow from its text alone
};

/// The menuentry and submenu commands of a grub.cfg, in order (GRUB manual, "menuentry" and "submenu").
[[nodiscard]] std::vector<MenuEntry> grub_menu(std::string_view file);
/// What the last "set default=" of a grub.cfg says that is not for one boot alone, without quotes: "0", an id or title,
/// "${saved_entry}"; "0" by default.
[[nodiscard]] std::string grub_default(std::string_view file);
/// Does a grub.cfg take its menu from entries of the Boot Loader Specification?
[[nodiscard]] bool uses_blscfg(std::string_view file);
/// The entry that "1>2", "submenu-id>entry-id" or a title means (GRUB manual, "default"); the first one if there is
/// no such entry, as in GRUB; null: the menu is empty.
[[nodiscard]] const MenuEntry *grub_entry(const std::vector<MenuEntry> &menu, std::string_view wanted);

/// An entry of the Boot Loader Specification (type #1).
struct LoaderEntry {
    std::string id; ///< the file's name without ".conf"
    std::string title, version, sort_key, machine, options;
    std::string kernel;               ///< its path; empty: none, as of an entry for another program
    std::vector<std::string> initrds; ///< likewise, in their order
    bool unclear = false;             ///< it starts more than a kernel with an initramfs
};
[[nodiscard]] LoaderEntry parse_loader_entry(std::string_view id, std::string_view file);
/// The pattern of systemd-boot's loader.conf(5), "default"; empty: none.
[[nodiscard]] std::string loader_default(std::string_view file);

/// The label of a syslinux or extlinux configuration that is started, with what "append" says of it: that with "MENU
/// DEFAULT", else the one that "DEFAULT" names, else the first.
[[nodiscard]] std::optional<MenuEntry> syslinux_default(std::string_view file);

/// What a menu.lst or grub.conf of GRUB 0.97 starts by default (GRUB Legacy manual, "default", "root", "kernel"), its
/// files on @partition, the number of the one that it lies on; null: no entry, or one that was saved.
[[nodiscard]] std::optional<MenuEntry> legacy_default(std::string_view file, unsigned partition);

/// What "root=" says on a command line; empty where it does not.
[[nodiscard]] std::string root_argument(std::string_view options);

} // namespace h2k::text
