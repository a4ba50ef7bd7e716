// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>

namespace h2k {

/// Refuses a source that is an address of something on another host, "https://…" or "nbd:…", and not a file, and says
/// how to get a file from there.  H2K_ERROR_SOURCE.
[[nodiscard]] Result<> require_no_address(const std::string &source);

/// How to get the machine or the disk at @address to this host: a sentence.
[[nodiscard]] std::string way_out_of(const std::string &address);

} // namespace h2k
