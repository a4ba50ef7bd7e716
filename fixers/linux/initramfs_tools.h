// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <string>
#include <vector>

namespace h2k {

/// How one program that makes initramfs images is told what to put in and is run.
struct InitramfsTool {
    const char *name; ///< as Inspection::initramfs_tool
    /// The files to write so that @drivers go into every image made from now on; none where they do already.
    Result<std::vector<Change>> (*configure)(const GuestView &guest, const std::vector<std::string> &drivers,
                                             std::vector<std::string> &warnings);
    /// The command that makes the kernel's image anew.
    Result<std::vector<std::string>> (*command)(const GuestView &guest, const Kernel &kernel);
};

/// Null for a program that is not known here.
[[nodiscard]] const InitramfsTool *find_initramfs_tool_named(const std::string &name);

} // namespace h2k
