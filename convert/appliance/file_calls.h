// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/guest/file_calls.h"
#include <memory>

namespace h2k {

/// Those of libguestfs, on what is mounted in @handle, which must outlive them.
[[nodiscard]] std::unique_ptr<FileCalls> appliance_calls(const Handle &handle);

} // namespace h2k
