// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/storage.h"
#include "fixers/text/boot_menu.h"
#include "fixers/text/grub_variables.h"
#include <span>

namespace h2k {

/// A kernel as a boot loader starts it.
struct EntryKernel {
    std::string device;                 ///< appliance name of the file system with the files
    std::string image;                  ///< its path there
    std::vector<std::string> initramfs; ///< likewise, in the order in which they are loaded; may be empty
    std::string arguments;              ///< its command line
    bool operator==(const EntryKernel &) const = default;
};

// The kernel that an entry of a menu starts, as its loader does it; null: it does not follow from the entry alone.  No
// path leaves the file system that it is on, and none is checked to exist.

/// An entry of a grub.cfg on @device, an appliance name.
[[nodiscard]] std::optional<EntryKernel> kernel_of(const text::MenuEntry &entry, const text::GrubVariables &variables,
                                                   std::span<const BlockDevice> devices, const std::string &device);
/// An entry of the Boot Loader Specification on @device, that GRUB starts.
[[nodiscard]] std::optional<EntryKernel> kernel_of(const text::LoaderEntry &entry, const text::GrubVariables &variables,
                                                   const std::string &device);
/// The same that systemd-boot starts.
[[nodiscard]] std::optional<EntryKernel> kernel_of(const text::LoaderEntry &entry, const std::string &device);
/// A label of syslinux whose configuration is in @folder.
[[nodiscard]] std::optional<EntryKernel> kernel_of_label(const text::MenuEntry &label, const std::string &device,
                                                         const std::string &folder);
/// A title of GRUB 0.97.
[[nodiscard]] std::optional<EntryKernel> kernel_of_title(const text::MenuEntry &title, const std::string &device);

} // namespace h2k
