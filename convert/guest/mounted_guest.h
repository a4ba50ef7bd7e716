// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/handle.h"
#include "convert/model/guest.h"
#include <memory>

namespace h2k {

/// The guest whose file systems are mounted in @handle, which must outlive it.
[[nodiscard]] std::unique_ptr<Guest> open_guest(const Handle &handle);

/// The content of the regular file at @path in what is mounted, at most 16 MiB; nullopt: there is no such file.
[[nodiscard]] Result<std::optional<std::string>> read_regular(const Handle &handle, const std::string &path);

} // namespace h2k
