// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/boot/boot_places.h"
#include "fixers/text/assignments.h"
#include <algorithm>
#include <array>
#include <iterator>

namespace h2k {

namespace {

using text::Piece;
using text::Region;

std::vector<Region> every_line(std::string_view file) {
    std::vector<Region> found;
    for (const auto &line : text::lines_of(file))
        if (!line.content.starts_with('#'))
            found.push_back({line.at, line.content.size()});
    return found;
}

std::vector<Region> values_of(std::string_view file, bool (*wanted)(std::string_view key)) {
    std::vector<Region> found;
    for (const auto &assignment : text::parse_assignments(file))
        if (wanted(assignment.key))
            found.push_back({assignment.value.at, assignment.value.size});
    return found;
}

std::vector<Region> default_options(std::string_view file) {
    return values_of(file, [](std::string_view key) { return key.starts_with("GRUB_CMDLINE_LINUX"); });
}

std::vector<Region> environment_options(std::string_view file) {
    std::vector<Region> found;
    for (const auto &assignment : text::parse_grubenv(file))
        if (assignment.key == "kernelopts")
            found.push_back({assignment.value.at, assignment.value.size});
    return found;
}

/// photon.cfg, mariner.cfg and systemd.cfg, which GRUB's load_env reads: "photon_cmdline=…" to the end of the line.
std::vector<Region> command_line_variables(std::string_view file) {
    std::vector<Region> found;
    for (const auto &line : text::lines_of(file))
        if (const auto at = line.content.find("_cmdline=");
            at != std::string_view::npos && !line.content.starts_with('#'))
            found.push_back({line.at + at + 9, line.content.size() - at - 9});
    return found;
}

/// update-extlinux.conf of Alpine.
std::vector<Region> extlinux_options(std::string_view file) {
    return values_of(file, [](std::string_view key) { return key == "default_kernel_opts"; });
}
std::vector<Piece> extlinux_root(std::string_view file) {
    const auto settings = text::parse_assignments(file);
    const auto *root = text::last(settings, "root");
    return root ? std::vector<Piece>{root->value} : std::vector<Piece>{};
}

/// grub-mkconfig takes the root device from GRUB_DEVICE, if that is set.
std::vector<Piece> default_root(std::string_view file) {
    const auto settings = text::parse_assignments(file);
    const auto *root = text::last(settings, "GRUB_DEVICE");
    return root ? std::vector<Piece>{root->value} : std::vector<Piece>{};
}

/// dracut.conf(5).
std::vector<Region> dracut_options(std::string_view file) {
    return values_of(file, [](std::string_view key) { return key == "kernel_cmdline"; });
}
std::vector<Piece> dracut_devices(std::string_view file) {
    std::vector<Piece> found;
    for (const auto &assignment : text::parse_assignments(file))
        if (assignment.key == "add_device")
            std::ranges::move(text::words_of(assignment.value), std::back_inserter(found));
    return found;
}

constexpr auto grub = BootPlace::grub;
constexpr BootPlace places[] = {
    {"/boot/grub/grub.cfg", text::grub_kernel_lines, text::grub_root_variables, grub},
    {"/boot/grub/custom.cfg", text::grub_kernel_lines, text::grub_root_variables, grub},
    {"/boot/grub/menu.lst", text::grub_kernel_lines, nullptr, grub},
    {"/boot/grub/grub.conf", text::grub_kernel_lines, nullptr, grub},
    {"/boot/grub2/grub.cfg", text::grub_kernel_lines, text::grub_root_variables, grub},
    {"/boot/grub2/custom.cfg", text::grub_kernel_lines, text::grub_root_variables, grub},
    {"/boot/efi/EFI/*/grub.cfg", text::grub_kernel_lines, text::grub_root_variables, grub},
    {"/boot/efi/EFI/*/grub.conf", text::grub_kernel_lines, nullptr, grub},
    {"/boot/efi/EFI/BOOT/BOOT*.conf", text::grub_kernel_lines, nullptr, grub},
    {"/boot/EFI/*/grub.cfg", text::grub_kernel_lines, text::grub_root_variables, grub},
    {"/efi/EFI/*/grub.cfg", text::grub_kernel_lines, text::grub_root_variables, grub},
    {"/etc/grub.d/4?_custom", text::grub_kernel_lines, nullptr, grub},
    {"/boot/grub/grubenv", environment_options, nullptr, BootPlace::environment},
    {"/boot/grub2/grubenv", environment_options, nullptr, BootPlace::environment},
    {"/boot/efi/EFI/*/grubenv", environment_options, nullptr, BootPlace::environment},
    {"/boot/photon.cfg", command_line_variables},
    {"/boot/mariner.cfg", command_line_variables},
    {"/boot/systemd.cfg", command_line_variables},
    {"/boot/loader/entries/*.conf", text::bls_options},
    {"/boot/efi/loader/entries/*.conf", text::bls_options},
    {"/efi/loader/entries/*.conf", text::bls_options},
    {"/etc/kernel/cmdline", every_line},
    {"/etc/default/grub", default_options, default_root, BootPlace::defaults},
    {"/etc/default/grub.d/*.cfg", default_options, default_root, BootPlace::defaults},
    {"/etc/cmdline.d/*.conf", every_line, nullptr, BootPlace::settings},
    {"/etc/dracut.conf", dracut_options, dracut_devices, BootPlace::settings},
    {"/etc/dracut.conf.d/*.conf", dracut_options, dracut_devices, BootPlace::settings},
    {"/boot/extlinux/extlinux.conf", text::syslinux_appends},
    {"/boot/extlinux.conf", text::syslinux_appends},
    {"/extlinux.conf", text::syslinux_appends},
    {"/boot/syslinux/syslinux.cfg", text::syslinux_appends},
    {"/etc/update-extlinux.conf", extlinux_options, extlinux_root},
};

} // namespace

std::span<const BootPlace> boot_places() { return places; }

} // namespace h2k
