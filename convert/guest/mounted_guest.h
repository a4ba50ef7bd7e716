// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/file_calls.h"
#include "convert/model/guest.h"
#include <memory>

namespace h2k {

/// The guest whose mounted file systems @calls reach.
[[nodiscard]] std::unique_ptr<Guest> mounted_guest(std::unique_ptr<FileCalls> calls);

} // namespace h2k
