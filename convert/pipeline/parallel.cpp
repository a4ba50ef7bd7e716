// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/parallel.h"
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace h2k {

namespace {

void pass_on(GCancellable *, gpointer own) { g_cancellable_cancel(G_CANCELLABLE(own)); }

/// What the threads of one call share.
class Workers {
  public:
    Workers(std::size_t count, const std::function<Result<>(const Task &)> &work, GCancellable *cancel)
        : work_(work), fractions_(count), cancel_(cancel),
          watch_(cancel ? g_cancellable_connect(cancel, G_CALLBACK(pass_on),
                                                Ref<GCancellable>::retain(own_.get()).release(), g_object_unref)
                        : 0) {
        for (auto &fraction : fractions_)
            fraction = 0;
    }
    Workers(const Workers &) = delete;
    Workers &operator=(const Workers &) = delete;
    ~Workers() {
        if (watch_)
            g_cancellable_disconnect(cancel_, watch_);
    }

    /// What each thread does until nothing is left.
    void run() {
        for (;;) {
            const auto index = next_++;
            if (index >= fractions_.size())
                break;
            auto done = work_({.index = index, .fraction = fractions_[index], .cancel = own_.get()});
            fractions_[index] = 1;
            if (done)
                continue;
            const std::lock_guard lock{mutex_};
            // A task that was cancelled says only that another one failed.
            if (!failure_ || failure_->is(H2K_ERROR_CANCELLED))
                failure_ = std::move(done).error();
            g_cancellable_cancel(own_.get());
            break;
        }
        const std::lock_guard lock{mutex_};
        ++ended_;
        changed_.notify_one();
    }
    /// Have @threads of them ended?  Waits a little while for it.
    bool wait(std::size_t threads) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, std::chrono::milliseconds{200}, [&] { return ended_ == threads; });
    }
    [[nodiscard]] double fraction() const {
        double sum = 0;
        for (const auto &one : fractions_)
            sum += one;
        return sum / static_cast<double>(fractions_.size());
    }
    Result<> outcome() {
        if (failure_)
            return std::unexpected(*std::move(failure_));
        return {};
    }

  private:
    const std::function<Result<>(const Task &)> &work_;
    std::deque<std::atomic<double>> fractions_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t ended_ = 0;
    std::optional<Error> failure_;
    Ref<GCancellable> own_ = Ref<GCancellable>::adopt(g_cancellable_new());
    GCancellable *cancel_;
    gulong watch_;
};

} // namespace

Result<> in_parallel(std::size_t count, std::size_t at_once, const std::function<Result<>(const Task &)> &work,
                     const std::function<void(double)> &progress, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    if (count == 0)
        return {};
    Workers workers{count, work, cancel};
    const auto threads = std::min(count, std::max<std::size_t>(at_once, 1));
    {
        std::vector<std::jthread> running;
        for (std::size_t i = 0; i < threads; ++i)
            running.emplace_back([&workers] { workers.run(); });
        while (!workers.wait(threads))
            progress(workers.fraction());
    }
    H2K_CHECK(check_cancelled(cancel)); // that the user cancelled counts more than what came of it
    return workers.outcome();
}

} // namespace h2k
