// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include <memory>

namespace h2k {

/// A guest of which nothing is mounted, since its system is not recognised: it shows no files and takes no changes.
[[nodiscard]] std::unique_ptr<Guest> unmounted_guest();

} // namespace h2k
