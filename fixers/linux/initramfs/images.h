// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "convert/model/machine.h"
#include "fixers/linux/initramfs/needs.h"
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// An image that has to be made anew, and why.
struct StaleImage {
    Kernel kernel;
    InitramfsNeeds needs;
    std::vector<std::string> lacking; ///< required modules; empty: the image could not be read
    std::vector<std::string> kept;    ///< modules of the root's layers that the old image has, with what they depend on
    std::size_t modules = 0;          ///< how many the old image has
    bool has_settings = false;        ///< it holds crypttab, mdadm.conf or a command line of this guest's
    std::string outdated;             ///< nothing is lacking, but it holds this file, which the plan changes
};

/// What is to be done about the kernels' images.
struct ImageFindings {
    std::vector<StaleImage> stale;
    std::vector<std::string> warnings; ///< whole sentences
};
/// Kernels for rescue, debugging and crash dumps are left out where there are others.
[[nodiscard]] Result<ImageFindings> check_images(const GuestView &guest, const LinuxFacts &facts,
                                                 const Machine &target);

/// What is missing in /boot to make @images anew, as a sentence; empty: nothing, or it cannot be told.  @wide: they
/// take in the drivers of all hardware.
[[nodiscard]] Result<std::string> missing_room(const GuestView &guest, const std::vector<StaleImage> &images,
                                               bool wide);
/// The same of /var/tmp, where dracut and initramfs-tools put an image together, as a warning.
[[nodiscard]] Result<std::string> missing_room_to_work(const GuestView &guest, const std::vector<StaleImage> &images,
                                                       bool wide);

} // namespace h2k
