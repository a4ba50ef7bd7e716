// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace h2k {

/// How long processes were ready to run while the host ran others.  Source: Documentation/scheduler/sched-stats.rst,
/// /proc/PID/schedstat.  Between two calls, so that threads which ended do not count; the first call gives 0.
class Queueing {
  public:
    [[nodiscard]] std::chrono::nanoseconds since_last(const std::vector<int> &processes);
    /// Does this kernel count it?
    [[nodiscard]] static bool is_counted();

  private:
    std::map<int, std::chrono::nanoseconds> before_; ///< by thread
};

/// Ends something that hangs.  Its clock stands still while the processes wait for a processor: so a limit means the
/// same on a loaded host, where a second of work takes ten, as on an idle one, and what is stopped, sleeps or spins is
/// not taken for slow.  Where the kernel does not count that, limits are ten times as long.
class Patience {
  public:
    /// @processes: whose waiting is taken off.  @end is called from another thread, at most once.
    Patience(std::function<std::vector<int>()> processes, std::function<void()> end);
    /// Begins again, with another @limit; none before the first call.
    void allow(std::chrono::milliseconds limit);
    /// No limit any more: from now on ran_out() stays as it is.
    void rest();
    /// Has a limit passed?
    [[nodiscard]] bool ran_out() const noexcept { return ran_out_; }

  private:
    void watch(const std::stop_token &stop);
    [[nodiscard]] bool is_over(std::chrono::nanoseconds passed, std::chrono::nanoseconds waited);

    std::function<std::vector<int>()> processes_;
    std::function<void()> end_;
    std::mutex lock_; ///< of what follows
    std::optional<std::chrono::nanoseconds> limit_;
    std::chrono::nanoseconds used_{}; ///< of that
    std::atomic<bool> ran_out_ = false;
    std::jthread clock_; ///< last, so that it ends before what it uses
};

} // namespace h2k
