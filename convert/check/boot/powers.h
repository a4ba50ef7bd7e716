// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/confine/private_user.h"
#include <cstdint>
#include <optional>
#include <sys/stat.h>

namespace h2k {

/// With which power QEMU of a boot test runs.
struct QemuPowers {
    std::optional<PrivateUser> user; ///< null: our own
    bool use_kvm = false;
};

/// A user of its own if we are root and can give it one.  Its group is that of /dev/kvm where it needs that to open it,
/// since QEMU gets no further groups from libvirt: whatever QEMU may do by its group, all of that group may do too.
/// Without KVM where only root may use it.
[[nodiscard]] QemuPowers qemu_powers(bool use_kvm);

/// The group with which @user can read and write @device, its own if it needs no other; null: only root can.
[[nodiscard]] std::optional<gid_t> group_for(const PrivateUser &user, const struct stat &device);

struct QemuLimits {
    std::uint64_t address_space = 0; ///< bytes
    std::uint64_t file_size = 0;     ///< bytes that a file which it writes may have
    std::uint64_t cpu_seconds = 0;   ///< of all its threads together
};

/// More than an honest guest of @memory bytes and @vcpus needs in a test of @timeout seconds.  @longest_file: bytes.
[[nodiscard]] QemuLimits qemu_limits(std::uint64_t memory, unsigned vcpus, unsigned timeout,
                                     std::uint64_t longest_file);

} // namespace h2k
