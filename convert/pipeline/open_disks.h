// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/work_folder.h"
#include "convert/guest/lane.h"
#include "convert/image/nbd/served_disks.h"
#include "convert/pipeline/toolbox.h"
#include <memory>
#include <optional>

namespace h2k {

/// The ways to a guest's file systems, the fastest first.
enum class LaneKind { direct, appliance };
[[nodiscard]] constexpr const char *name_of(LaneKind kind) {
    switch (kind) {
    case LaneKind::direct: return "direct";
    case LaneKind::appliance: return "appliance";
    }
    return "";
}

/// How disks are opened.
struct OpeningOrder {
    LaneKind kind = LaneKind::appliance;
    const Toolbox &tools;
    bool changes = true;                                             ///< something will be written
    std::chrono::seconds longest_program = std::chrono::minutes{30}; ///< that a program of the guest may run
    GCancellable *cancel = nullptr;
};

/// Disks that are served, a lane to what is on them, and the guest.  Each member lives no longer than those before it.
struct OpenDisks {
    LaneKind kind = LaneKind::appliance;
    std::unique_ptr<WorkFolder> sockets;
    std::optional<ServedDisks> served;
    std::unique_ptr<Lane> lane;
    std::unique_ptr<Guest> guest; ///< once it is mounted

    /// @disks: overlays of ours.
    [[nodiscard]] static Result<OpenDisks> open(const std::vector<Disk> &disks, const OpeningOrder &order,
                                                Notices &notices);
    /// Mounts the guest.
    [[nodiscard]] Result<> mount(const std::vector<Mount> &mounts, Notices &notices);
    /// Completes the images; after a failure they are of no use.
    [[nodiscard]] Result<> finish(GCancellable *cancel);
};

} // namespace h2k
