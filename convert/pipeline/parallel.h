// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <atomic>
#include <functional>

namespace h2k {

/// One of several pieces of work that run side by side.
struct Task {
    std::size_t index = 0;
    std::atomic<double> &fraction;  ///< how much of it is done, 0…1; for it to set
    GCancellable *cancel = nullptr; ///< cancelled by the user, or since another task failed
};

/// Does @work for 0…count-1, at most @at_once of them at a time and each on a thread of its own, and waits for all. The
/// first failure ends the others and is the result.  @progress gets the mean fraction, on the calling thread.
[[nodiscard]] Result<> in_parallel(std::size_t count, std::size_t at_once,
                                   const std::function<Result<>(const Task &)> &work,
                                   const std::function<void(double)> &progress, GCancellable *cancel);

} // namespace h2k
