// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace h2k {

/// What a boot test has shown, the least first.
enum class BootGrade {
    not_proven,
    starts_directly, ///< past firmware and boot loader, which were not tested
    proven
};
[[nodiscard]] constexpr const char *name_of(BootGrade grade) {
    switch (grade) {
    case BootGrade::not_proven: return "not-proven";
    case BootGrade::starts_directly: return "starts-directly";
    case BootGrade::proven: return "proven";
    }
    return "";
}

/// How a guest was started.
enum class StartedBy { firmware, kernel };
[[nodiscard]] constexpr const char *name_of(StartedBy start) {
    switch (start) {
    case StartedBy::firmware: return "firmware";
    case StartedBy::kernel: return "kernel";
    }
    return "";
}

/// Evidence of a boot, all from inside the guest or from its console.
struct BootEvidence {
    BootGrade grade = BootGrade::not_proven;
    StartedBy start = StartedBy::firmware;
    std::string kernel_image;                ///< what was started directly: "vmlinux" or "bzImage"
    std::string added_arguments;             ///< what stood before the guest's own command line then
    std::string method;                      ///< "probe" or "observe"
    std::string accelerator;                 ///< "kvm" or "tcg"
    std::string network;                     ///< "isolated" or "host"
    double seconds = 0;                      ///< from power-on to the proof
    std::string root_device;                 ///< "/dev/vda1"
    std::string root_driver;                 ///< "virtio_blk"
    std::string kernel;                      ///< running release
    std::vector<std::string> mounts;         ///< "PATH DEVICE TYPE"
    std::vector<std::string> missing_mounts; ///< mount points of fstab and of units that are not mounted
    std::vector<std::string> addresses;      ///< "NAME ADDRESS/PREFIX"
    std::vector<std::string> nics;           ///< "NAME MAC DRIVER"
    std::vector<std::string> failed_units;
    std::vector<std::string> given_up_units; ///< not started, since what they wait for did not come
    std::string why;                         ///< a sentence: what proved the boot, or what was seen instead
    std::string untested;                    ///< a sentence: what a direct start does not show
    std::string trust;      ///< a sentence: what that is worth if the guest is hostile; only if it came up
    std::string serial_log; ///< path in the evidence folder; only if it did not come up
    std::string screenshot; ///< PNG, likewise
    std::vector<std::pair<std::string, double>> steps; ///< what took the time, in seconds

    /// Was there evidence that the guest came up, however it was started?
    [[nodiscard]] bool came_up() const { return grade != BootGrade::not_proven; }
    [[nodiscard]] bool proven() const { return grade == BootGrade::proven; }
};

} // namespace h2k
