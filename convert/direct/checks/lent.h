// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace h2k {

/// A device of the guest: runs of bytes of its disks, in a row.
struct PartOfDisks {
    struct Run {
        std::size_t disk = 0; ///< index in @sockets
        std::uint64_t offset = 0, length = 0;
    };
    std::string name;                 ///< in messages
    std::vector<std::string> sockets; ///< where each disk is served by NBD, to any number of clients
    std::vector<Run> runs;
};

/// What a program may take that works on a file system of the guest.
struct CheckLimits {
    std::chrono::seconds time = std::chrono::minutes{30};
    unsigned cpu_seconds = 1200;
    std::uint64_t memory = 2u << 30; ///< bytes of address space; e2fsck has tables of all blocks and files
};

/// How such a program ended by itself.
struct CheckerEnd {
    int status = 0;
    std::string output; ///< both outputs, the last 64 KiB, with the name of the part for that of the file
};

/// The word that stands in a command line for the file which has the bytes of the part.
constexpr const char *part_file = "/dev/fuse";

/// Runs @argv, confined, with a file at part_file that has the bytes of @part.  Before this returns the file is gone,
/// all processes have ended, and what was written is in the disks.  Nothing of it can be seen elsewhere on the host,
/// and nothing is left of it, whatever is killed.
///
/// Three processes are in it, and this is what each can reach:
/// - virt-hyper2kvm-part, "lend": all that we can, in a mount namespace of its own; it reads no byte of the guest's.
/// - virt-hyper2kvm-part, "serve": the disks, by sockets that are connected, and the kernel's requests for the file.
/// - the program: the file, for writing only if @writes.
/// The last two are confined, and if we are root each runs as a user of its own.
///
/// H2K_ERROR_FAILED where the kernel does not let us have such a file, where a program is not there, hangs or is
/// killed.
[[nodiscard]] Result<CheckerEnd> run_on_part(const std::vector<std::string> &argv, const PartOfDisks &part, bool writes,
                                             const CheckLimits &limits, GCancellable *cancel);

/// Could run_on_part() run @program here?  H2K_ERROR_FAILED: no, and why.  Takes some milliseconds.
[[nodiscard]] Result<> require_checker(const char *program, GCancellable *cancel);

} // namespace h2k
