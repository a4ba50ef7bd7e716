// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include <string>

namespace h2k {

/// Kills the processes of QEMU, swtpm and virt-hyper2kvm-boot whose command line names a file in @root, a private
/// folder of a boot test. For the case that virt-hyper2kvm-boot, which ends its children, was killed itself.
void kill_qemu_of(const std::string &root);

/// The descriptor on which the process of a boot test gets the lock that it shares with the job.
constexpr int boot_lock_fd = 3;

/// Takes the lock of @root, a new folder "h2k-XXXXXX" of ours.  It is held until the last process that has it exits.
/// Empty, with errno, on failure.
[[nodiscard]] Descriptor lock_boot_folder(const std::string &root);

/// Removes our folders "h2k-XXXXXX" in @parent whose lock nobody holds, and kills their QEMU: both the job and
/// virt-hyper2kvm-boot were killed.
void remove_abandoned_boot_folders(const std::string &parent);

/// Removes a folder of a boot test; its name has to start with "h2k-".
void remove_boot_folder(const std::string &path);

} // namespace h2k
