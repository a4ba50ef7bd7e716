// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/linux/requested_changes.h"
#include "fixers/text/colon_table.h"

namespace h2k {

/// The settings of login.defs(5) and useradd(8).
struct LoginRules {
    unsigned uid_min = 1000, uid_max = 60000, gid_min = 1000, gid_max = 60000, home_mode = 0700;
    bool own_groups = true; ///< each account has a group of its own
    std::string shell;      ///< of new accounts
};

/// The files of accounts and groups of a guest, while they are edited.
class AccountFiles {
  public:
    /// nullopt with a warning where the guest has no /etc/passwd and /etc/group that can be edited.
    [[nodiscard]] static Result<std::optional<AccountFiles>> open(RequestedChanges &requested);
    /// Adds the changes to those files that are edited.
    [[nodiscard]] Result<> finish(RequestedChanges &requested) const;

    text::ColonTable passwd, group;
    std::optional<text::ColonTable> shadow, gshadow, subuid, subgid; ///< where the guest has them
    LoginRules rules;
    std::vector<std::string> reasons; ///< sentences

    /// A number in the range that no row has in field @field: after the highest one, else the first free one.
    [[nodiscard]] static std::optional<unsigned> free_id(text::ColonTable &table, std::size_t field, unsigned least,
                                                         unsigned most);
};

} // namespace h2k
