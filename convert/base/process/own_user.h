// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <sys/types.h>

namespace h2k {

/// In a user namespace that this process has just entered: maps @user and @group, who it was before, to themselves.
/// Returns 0 or errno.  Source: user_namespaces(7): one ID may be mapped without privilege, and a group only once
/// setgroups is denied.
[[nodiscard]] int map_our_own(uid_t user, gid_t group);

} // namespace h2k
