// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// What the rebuilt images are to contain.
struct InitramfsSpec {
    std::vector<std::string> drivers;     ///< of the new hardware
    std::vector<std::string> old_drivers; ///< of other hypervisors' disk controllers, so that the guest can move back
    std::vector<std::string> stack;       ///< what the root lies on, as Inspection::root_stack
    bool keeps_settings = false;          ///< an image holds settings of this guest that a general image would not
    bool narrow = false;                  ///< there is no space for the drivers of all hardware
};

/// How one program that builds initramfs images is configured and run.
struct InitramfsTool {
    const char *name; ///< as Inspection::initramfs_tool
    /// The files to write so that the drivers go into every image built from now on; none where they do already.
    Result<std::vector<Change>> (*configure)(const GuestView &guest, const Inspection &facts, const InitramfsSpec &spec,
                                             Notices &notices);
    /// The command that rebuilds the kernel's image.
    Result<std::vector<std::string>> (*command)(const GuestView &guest, const Kernel &kernel,
                                                const InitramfsSpec &spec);
    /// Will the image include the drivers of all hardware, even if the old one did not?
    Result<bool> (*widens)(const GuestView &guest, const InitramfsSpec &spec);
    /// The command that leaves out the guest's own settings, for where the first one fails; null, or nothing: none.
    Result<std::vector<std::string>> (*otherwise)(const GuestView &guest, const Kernel &kernel,
                                                  const InitramfsSpec &spec);
};

extern const InitramfsTool initramfs_tools, dracut, mkinitcpio, mkinitfs, mkinitrd;

/// Null for a program that is not supported.
[[nodiscard]] const InitramfsTool *find_initramfs_tool_named(const std::string &name);

/// The start of our own files and lines.
inline constexpr auto initramfs_marker = "# Drivers of the virtual hardware of KVM, added by virt-hyper2kvm";
/// The reason to list @drivers in a program's settings.
[[nodiscard]] std::string reason_to_list(const std::vector<std::string> &drivers);
/// The words of @wanted that @listed lacks, '-' as '_'.
[[nodiscard]] std::vector<std::string> words_not_in(std::string_view listed, std::vector<std::string> wanted);

} // namespace h2k
