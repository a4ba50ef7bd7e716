// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/image_kind.h"

namespace h2k {

/// What Hyper-V exports: "Virtual Machines" with the settings, "Virtual Hard Disks" and "Snapshots" with the disks.
/// Names in it are the same in any case.
struct HyperVFolder {
    std::string root;                  ///< real path
    std::string machines;              ///< where the settings are; the root where there is no folder for them
    std::vector<std::string> disks;    ///< folders with disks, those meant for them first
    std::vector<std::string> settings; ///< names of settings files, sorted; empty: it is no exported folder
};

/// @path: real path of an exported folder, of "Virtual Machines" in it, or of any folder that settings lie in.
[[nodiscard]] HyperVFolder hyper_v_folder(const std::string &path, Allowance *allowance);

/// Path of the file that the settings @by call @written: by its base name, since exported folders are moved.  Searches
/// the folder's places for disks and then those that the user allows.
[[nodiscard]] Result<std::string> find_hyper_v_file(const HostFile &by, const std::string &written,
                                                    const HyperVFolder &folder, const Request &request);

/// As describe_image, for VHD and VHDX alone.
[[nodiscard]] Result<DescribedDisk> describe_hyper_v_disk(const HostFile &image, const Fence &fence);

/// Adds every disk of the folder that is the parent of no other one, in the order of names: @settings do not say which.
[[nodiscard]] Result<> add_hyper_v_disks(CarryPlan &into, const HostFile &settings, const HyperVFolder &folder,
                                         const Request &request);

} // namespace h2k
