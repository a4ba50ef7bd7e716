// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <sys/types.h>

namespace h2k {

/// A user and group ID for one process tree: no account has it, no file of the host belongs to it, and no other process
/// runs as it.
struct PrivateUser {
    uid_t uid = 0;
    gid_t gid = 0;
};

/// A new one each time; null if we are not root with all that takes, since a process can only keep our user then.  From
/// the range that systemd's "Users, Groups, UIDs and GIDs" leaves to nobody, or in a small user namespace from that of
/// its dynamic users.
[[nodiscard]] std::optional<PrivateUser> private_user();

} // namespace h2k
