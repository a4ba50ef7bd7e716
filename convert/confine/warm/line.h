// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>
#include <vector>

namespace h2k {

/// The arguments of a QEMU, as libguestfs starts its appliance: each option with its value, of which none is empty.
/// Source: libguestfs, lib/launch-direct.c.
struct ApplianceLine {
    std::vector<std::string> words; ///< all but those of the guest's disks
    std::vector<std::string> disks; ///< of the guest's disks, as they are
    unsigned disk_count = 0;
    std::string kernel, initrd, root; ///< paths of the appliance's files
};

/// Fails where @arguments are not of that form; then there is no warm start.
[[nodiscard]] Result<ApplianceLine> read_appliance_line(const std::vector<std::string> &arguments);

/// What has to be equal for a recording to fit: @line without the names that differ in each launch.
[[nodiscard]] std::string comparable(const ApplianceLine &line);

/// What of the command line is not libguestfs's.  Numbers of descriptors that QEMU inherits, and paths.
struct RecordingParts {
    std::string initrd;      ///< with the program that holds
    int overlay = -1;        ///< of the appliance's root: qcow2, for reading and writing
    int root = -1;           ///< below that
    int hold = -1, qmp = -1; ///< sockets
};
struct RestoringParts {
    int overlay = -1, root = -1; ///< for reading
    int state = -1;              ///< of the machine with its memory, for reading
    std::string hold;            ///< path of a socket
};

/// The appliance's own disk is the same device in both, and no disk of the scsi bus: those are the guest's, and come
/// later.  Its clock stands still where the machine does: no ticks are owed to it.
[[nodiscard]] std::vector<std::string> recording_arguments(const ApplianceLine &line, const RecordingParts &parts);
[[nodiscard]] std::vector<std::string> restoring_arguments(const ApplianceLine &line, const RestoringParts &parts);

} // namespace h2k
