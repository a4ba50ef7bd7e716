// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "convert/model/machine.h"
#include "fixers/linux/initramfs/needs.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// An image that has to be rebuilt, and why.
struct StaleImage {
    Kernel kernel;
    InitramfsNeeds needs;
    std::vector<std::string> lacking; ///< required modules; empty: the image could not be read
    std::vector<std::string> kept;    ///< modules of the root's layers that the old image has, with what they depend on
    std::size_t modules = 0;          ///< how many the old image has
    std::vector<std::string> names;   ///< all that the old image has
    std::map<std::string, std::string> files; ///< each module of @needs, and its file as modules.dep names it
    /// A module in it is not packed as the guest's file is, which modules.dep names: initramfs-tools unpacks them.
    bool repacked = false;
    bool has_settings = false; ///< it holds crypttab, mdadm.conf or a command line of this guest
    bool is_default = false;   ///< the guest starts with this kernel
    std::string outdated;      ///< nothing is missing, but the image holds this file, which the plan changes
};

/// Is @name in an image a file that is made for its guest?
[[nodiscard]] bool holds_settings(const std::string &name);
/// The guest's file that @name in an image is a copy of, or made from; empty: it is not.
[[nodiscard]] std::string made_of(const std::string &name);

/// What the kernels' images need.
struct ImageFindings {
    std::vector<StaleImage> stale;
    Notices notices;
};
/// Kernels for rescue, debugging and crash dumps are left out where there are others.
[[nodiscard]] Result<ImageFindings> check_images(const GuestView &guest, const LinuxFacts &facts,
                                                 const Machine &target);

/// The space that /boot lacks to rebuild @images, as a sentence; empty: none, or it cannot be determined.  @wide: they
/// include the drivers of all hardware.
[[nodiscard]] Result<std::string> missing_space(const GuestView &guest, const std::vector<StaleImage> &images,
                                                bool wide);
/// The same for /var/tmp, where dracut and initramfs-tools put an image together, as a warning.
[[nodiscard]] Result<std::string> missing_space_to_work(const GuestView &guest, const std::vector<StaleImage> &images,
                                                        bool wide);

} // namespace h2k
