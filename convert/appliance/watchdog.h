// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace h2k {

/// Ends something that does not end by itself: a clock in a thread of its own.
class Watchdog {
  public:
    using Deadline = std::optional<std::chrono::steady_clock::time_point>;

    /// @end is called from another thread, at most once, when a deadline has passed.
    explicit Watchdog(std::function<void()> end);
    /// From now on this is the deadline, null: none.  Returns the one before.
    Deadline set(Deadline deadline);
    /// Has a deadline passed?
    [[nodiscard]] bool ran_out() const noexcept { return ran_out_; }

  private:
    void watch(const std::stop_token &stop);

    std::function<void()> end_;
    std::mutex lock_;
    std::condition_variable_any changed_;
    Deadline deadline_;
    std::atomic<bool> ran_out_ = false;
    std::jthread clock_; ///< last, so that it ends before what it uses
};

} // namespace h2k
