// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/warm/patience.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include <algorithm>
#include <filesystem>

namespace h2k {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr auto pause = std::chrono::milliseconds{100};
constexpr int times_uncounted = 10;

/// "CPU-TIME WAITED SLICES", in nanoseconds.
nanoseconds waited_in(const std::string &path) {
    const auto parts = words(read_file(path, 256).value_or(""));
    const auto waited = parts.size() == 3 ? parse_number(parts[1]) : std::nullopt;
    return nanoseconds{static_cast<std::int64_t>(std::min<std::uint64_t>(waited.value_or(0), G_MAXINT64))};
}

} // namespace

nanoseconds Queueing::since_last(const std::vector<int> &processes) {
    std::map<int, nanoseconds> now;
    nanoseconds sum{};
    for (const int process : processes) {
        const auto threads = "/proc/" + std::to_string(process) + "/task";
        std::error_code error;
        for (std::filesystem::directory_iterator at{threads, error}, end; !error && at != end; at.increment(error)) {
            const auto thread = parse_number<unsigned>(at->path().filename().string(), 1, G_MAXINT);
            if (!thread)
                continue;
            const int id = static_cast<int>(*thread);
            const auto waited = now[id] = waited_in(threads + "/" + std::to_string(id) + "/schedstat");
            if (const auto known = before_.find(id); known != before_.end())
                sum += std::max(waited - known->second, nanoseconds{});
        }
    }
    before_ = std::move(now);
    return sum;
}

bool Queueing::is_counted() {
    const auto parts = words(read_file("/proc/self/schedstat", 256).value_or(""));
    return parts.size() == 3 && parts[0] != "0";
}

Patience::Patience(std::function<std::vector<int>()> processes, std::function<void()> end)
    : processes_(std::move(processes)), end_(std::move(end)),
      clock_([this](const std::stop_token &stop) { watch(stop); }) {}

void Patience::allow(std::chrono::milliseconds limit) {
    const std::scoped_lock hold{lock_};
    limit_ = Queueing::is_counted() ? limit : limit * times_uncounted;
    used_ = {};
}

void Patience::rest() {
    const std::scoped_lock hold{lock_};
    limit_.reset();
}

/// What a thread waited is known when it runs again, which can be much later than it passed.
bool Patience::is_over(nanoseconds passed, nanoseconds waited) {
    const std::scoped_lock hold{lock_};
    used_ = std::max(used_ + passed - waited, nanoseconds{});
    ran_out_ = limit_ && used_ >= *limit_;
    return ran_out_;
}

void Patience::watch(const std::stop_token &stop) {
    Queueing queueing;
    auto before = Clock::now();
    while (!stop.stop_requested()) {
        std::this_thread::sleep_for(pause);
        const auto now = Clock::now();
        const nanoseconds passed = now - before;
        before = now;
        // A host that was asleep, or had no processor for us either, did not let them run.
        if (!is_over(std::min<nanoseconds>(passed, 2 * pause), queueing.since_last(processes_())))
            continue;
        end_();
        return;
    }
}

} // namespace h2k
