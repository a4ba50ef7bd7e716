// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/change.h"
#include "convert/model/fields/fields.h"

namespace h2k {

/// A change as documents have it.
struct ChangeEntry {
    std::string fixer, kind, path, reason;
    std::vector<std::string> command{};
    std::vector<ChangeMember> members{}; ///< those of its kind
    bool may_fail = false;
};
[[nodiscard]] ChangeEntry entry_of(const Change &change);

/// What kind_of() can say.
[[nodiscard]] std::vector<std::string> kinds_of_change();
/// Every member that a change of some kind has, once, with a value of its type.
[[nodiscard]] std::vector<ChangeMember> members_of_changes();

template <class A, Is<ChangeEntry> T> void fields(A &a, T &entry) {
    a.required("fixer", entry.fixer);
    a.choice("kind", entry.kind, kinds_of_change);
    a.optional("path", entry.path);
    a.required("reason", entry.reason);
    a.optional("command", entry.command);
    a.members(entry.members, members_of_changes);
    a.optional("may_fail", entry.may_fail);
}

} // namespace h2k
