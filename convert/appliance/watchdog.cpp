// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/watchdog.h"
#include <utility>

namespace h2k {

Watchdog::Watchdog(std::function<void()> end)
    : end_(std::move(end)), clock_([this](const std::stop_token &stop) { watch(stop); }) {}

Watchdog::Deadline Watchdog::set(Deadline deadline) {
    const std::scoped_lock hold{lock_};
    std::swap(deadline_, deadline);
    changed_.notify_one();
    return deadline;
}

void Watchdog::watch(const std::stop_token &stop) {
    std::unique_lock hold{lock_};
    while (!stop.stop_requested() && !ran_out_) {
        const auto seen = deadline_;
        const auto is_other = [&] { return deadline_ != seen; };
        if (!seen) {
            changed_.wait(hold, stop, is_other);
        } else if (!changed_.wait_until(hold, stop, *seen, is_other) && !stop.stop_requested()) {
            ran_out_ = true;
            hold.unlock();
            end_();
            return;
        }
    }
}

} // namespace h2k
