// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/wire.h"
#include <expected>
#include <string>

namespace h2k {

/// Why something cannot be unpacked, for the reader in the other process, which writes the message.
struct Failure {
    ArchiveFailure why{};
    std::string text; ///< what a library says, in English; may be empty
};

template <typename T> using Outcome = std::expected<T, Failure>;

} // namespace h2k
