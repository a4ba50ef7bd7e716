// SPDX-License-Identifier: LGPL-2.1-or-later
// GRUB manual ("linux", "initrd", "search"; what it adds to the command line: grub-core/loader/i386/linux.c), the Boot
// Loader Specification, syslinux' documentation, and the GRUB Legacy manual.
#include "convert/inspect/boot/entry_kernels.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

/// Linux, arch/x86/include/asm/setup.h, COMMAND_LINE_SIZE, with its NUL.
constexpr std::size_t longest_command_line = 2048, longest_path = 1024;

/// Does GRUB's shell give @text to the kernel as it is written?  Double quotes mean to both the same.
bool is_plain_in_grub(std::string_view text) { return text.find_first_of("\\'`;|&<>#") == std::string_view::npos; }

/// Below the file system's root, without links out of it.
bool is_path(std::string_view path) {
    const auto parts = split(path, '/');
    return path.starts_with('/') && path.size() <= longest_path && is_utf8(path) && !has_control(path) &&
           std::ranges::find(parts, "..") == parts.end();
}

std::optional<EntryKernel> checked(EntryKernel kernel) {
    const auto &arguments = kernel.arguments;
    const bool good = is_path(kernel.image) && std::ranges::all_of(kernel.initramfs, is_path) &&
                      arguments.size() < longest_command_line && is_utf8(arguments) && !has_control(arguments) &&
                      !kernel.device.empty();
    return good ? std::optional{std::move(kernel)} : std::nullopt;
}

/// As GRUB's files spell them: "($root)/vmlinuz" is "/vmlinuz" there.
std::optional<std::string> path_in_grub(const std::string &written, const text::GrubVariables &variables) {
    std::string_view path = written;
    for (const std::string_view here : {"($root)", "(${root})"})
        if (path.starts_with(here))
            path.remove_prefix(here.size());
    return variables.expanded(path);
}

/// @image, @initrds and @options as they are written.
std::optional<EntryKernel> started_by_grub(const std::string &image, const std::vector<std::string> &initrds,
                                           const std::string &options, const text::GrubVariables &variables,
                                           const std::string &device) {
    const auto path = path_in_grub(image, variables);
    const auto arguments = variables.expanded(options);
    if (!path || !arguments)
        return std::nullopt;
    EntryKernel kernel{.device = device, .image = *path, .initramfs = {}, .arguments = "BOOT_IMAGE=" + *path};
    if (const auto plain = trim(*arguments); !plain.empty())
        kernel.arguments += " " + std::string{plain};
    for (const auto &initrd : initrds) {
        const auto each = path_in_grub(initrd, variables);
        if (!each)
            return std::nullopt;
        if (!each->empty())
            kernel.initramfs.push_back(*each);
    }
    return checked(std::move(kernel));
}

} // namespace

std::optional<EntryKernel> kernel_of(const text::MenuEntry &entry, const text::GrubVariables &variables,
                                     std::span<const BlockDevice> devices, const std::string &device) {
    if (entry.unclear || entry.kernel.empty() || !is_plain_in_grub(entry.options) || !is_plain_in_grub(entry.kernel))
        return std::nullopt;
    auto files_on = device;
    if (!entry.filesystem.empty()) {
        const auto *found = find_device(devices, "UUID=" + entry.filesystem);
        files_on = found ? found->name : "";
    }
    return started_by_grub(entry.kernel, entry.initrds, entry.options, variables, files_on);
}

std::optional<EntryKernel> kernel_of(const text::LoaderEntry &entry, const text::GrubVariables &variables,
                                     const std::string &device) {
    if (entry.unclear || entry.kernel.empty())
        return std::nullopt;
    return started_by_grub(entry.kernel, entry.initrds, entry.options, variables, device);
}

std::optional<EntryKernel> kernel_of(const text::LoaderEntry &entry, const std::string &device) {
    if (entry.unclear || entry.kernel.empty())
        return std::nullopt;
    return checked({.device = device, .image = entry.kernel, .initramfs = entry.initrds, .arguments = entry.options});
}

std::optional<EntryKernel> kernel_of_label(const text::MenuEntry &label, const std::string &device,
                                           const std::string &folder) {
    if (label.unclear || label.kernel.empty())
        return std::nullopt;
    const auto whole = [&](const std::string &path) {
        return path.starts_with('/') ? path : (folder == "/" ? "" : folder) + "/" + path;
    };
    EntryKernel kernel{.device = device,
                       .image = whole(label.kernel),
                       .initramfs = {},
                       .arguments = "BOOT_IMAGE=" + label.kernel + " " + label.options};
    std::ranges::transform(label.initrds, std::back_inserter(kernel.initramfs), whole);
    return checked(std::move(kernel));
}

std::optional<EntryKernel> kernel_of_title(const text::MenuEntry &title, const std::string &device) {
    if (title.unclear || title.kernel.empty())
        return std::nullopt;
    return checked({.device = device, .image = title.kernel, .initramfs = title.initrds, .arguments = title.options});
}

} // namespace h2k
