// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"

namespace h2k {

/// @result, of which a failure says first what was done; a cancellation stays what it is.
template <typename T> [[nodiscard]] Result<T> named(Result<T> result, const std::string &what) {
    if (result || result.error().is(H2K_ERROR_CANCELLED))
        return result;
    return std::unexpected(std::move(result).error().context(what));
}

} // namespace h2k
