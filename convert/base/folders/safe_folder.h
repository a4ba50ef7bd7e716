// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// The folder at @path, opened, once it is sure that only trusted users can rename what is in it or swap a folder above
/// it: this user, root, and for root the user of sudo(8).  Where others may write, the sticky bit has to keep them from
/// that.  Otherwise H2K_ERROR_TARGET, with the folder and who could.
[[nodiscard]] Result<Descriptor> safe_folder(const std::string &path);

/// Names in @folder, but for itself and the one above; none where it cannot be read.
[[nodiscard]] std::vector<std::string> names_in(const Descriptor &folder);
/// Removes all that is in @folder but @kept, without following a link or leaving its file system; what cannot be
/// removed stays.
void empty_folder(const Descriptor &folder, std::string_view kept = {});

} // namespace h2k
