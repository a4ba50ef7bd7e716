// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/handle.h"
#include "convert/model/guest.h"
#include <memory>

namespace h2k {

/// The guest whose file systems are mounted in @handle, which must outlive it.
[[nodiscard]] std::unique_ptr<Guest> open_guest(const Handle &handle);

} // namespace h2k
