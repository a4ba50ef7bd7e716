// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/files/tree.h"

namespace h2k {

/// Paths in @tree that match the absolute glob(7) @pattern, sorted by their bytes: as glob(3) of glibc with GLOB_BRACE,
/// which is what the appliance uses.  Links are followed in all parts but the last.  E2BIG: too many.
[[nodiscard]] Outcome<std::vector<std::string>> glob_in(const Tree &tree, const std::string &pattern);

} // namespace h2k
