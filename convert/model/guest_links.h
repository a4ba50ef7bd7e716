// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <functional>
#include <optional>
#include <string>

namespace h2k {

/// What the link at a guest path says; nothing where there is no link.
using ReadLink = std::function<Result<std::optional<std::string>>(const std::string &path)>;

/// @path, which is absolute, without a link in it: as the guest's kernel follows them, within its root.  What does not
/// exist has no link.  @last: whether the last part is followed too.  Nothing where more than 40 links follow on
/// each other, as the kernel gives up then.
[[nodiscard]] Result<std::optional<std::string>> follow_links(const std::string &path, bool last, const ReadLink &link);

} // namespace h2k
