// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/linux/requested_changes.h"

namespace h2k {

/// An account as the guest has it, or will have it.
struct GuestAccount {
    std::string name, home;
    Owner owner;
    unsigned home_mode = 0700;
};

/// The home folder, if missing, with copies of the files of /etc/skel.
[[nodiscard]] Result<> add_home(RequestedChanges &requested, const GuestAccount &account);
/// The keys that ~/.ssh/authorized_keys lacks.
[[nodiscard]] Result<> add_ssh_keys(RequestedChanges &requested, const GuestAccount &account,
                                    const std::vector<std::string> &keys);
/// All commands without a password.
[[nodiscard]] Result<> add_sudo(RequestedChanges &requested, const std::string &name);
[[nodiscard]] std::string sudoers_path(const std::string &name);

} // namespace h2k
