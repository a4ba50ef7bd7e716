// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/files/tree.h"

namespace h2k {

/// The content of the regular file @from for the empty one @to, with its holes.
[[nodiscard]] Outcome<> copy_content(const TreePlace &from, const TreePlace &to);
/// Owner, mode and extended attributes of @from for @to, as far as the file system of @to stores them.
[[nodiscard]] Outcome<> copy_all_attributes(const TreePlace &from, const TreePlace &to);
/// Owner and permissions, in the same way.
[[nodiscard]] Outcome<> set_owner_and_mode(const TreePlace &to, std::uint32_t uid, std::uint32_t gid, unsigned mode);

/// @done, or success where the file system does not store such a thing.
[[nodiscard]] Outcome<> as_far_as_stored(Outcome<> done);

} // namespace h2k
