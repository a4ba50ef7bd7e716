// SPDX-License-Identifier: LGPL-2.1-or-later
// A clock that stands still while a process waits for a processor.
#include "convert/appliance/warm/patience.h"
#include "tests/support/test.h"
#include <csignal>
#include <memory>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace h2k;

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A process of its own that runs without a pause; killed at the end.
class Spinning {
  public:
    Spinning() : pid_(fork()) {
        g_assert_cmpint(pid_, >=, 0);
        if (pid_ != 0)
            return;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (volatile unsigned i = 0;;)
            i = i + 1;
    }
    Spinning(const Spinning &) = delete;
    Spinning &operator=(const Spinning &) = delete;
    ~Spinning() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    [[nodiscard]] int pid() const { return pid_; }
    void keep_to(int processor) const {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(processor), &one);
        g_assert_cmpint(sched_setaffinity(pid_, sizeof one, &one), ==, 0);
    }

  private:
    pid_t pid_;
};

/// Until it is ended with @limit, but not longer than @most.
std::chrono::duration<double> time_until_ended(const Spinning &process, std::chrono::milliseconds limit,
                                               std::chrono::milliseconds most) {
    std::atomic<int> ended = 0;
    Patience patience{[&] { return std::vector{process.pid()}; }, [&] { ++ended; }};
    patience.allow(limit);
    const auto start = Clock::now();
    while (!ended && Clock::now() - start < most)
        g_usleep(10000);
    g_assert_cmpint(patience.ran_out(), ==, ended);
    return Clock::now() - start;
}

void stopped_is_not_slow() {
    const Spinning process;
    kill(process.pid(), SIGSTOP);
    g_assert_cmpfloat(time_until_ended(process, 1s, 60s).count(), <, 20);
}

/// It has one processor to itself, as far as this host has nothing else to do.
void spinning_is_not_slow() {
    const Spinning process;
    g_assert_cmpfloat(time_until_ended(process, 1s, 100s).count(), <, 90);
}

/// With nine others on one processor it has a tenth of the time.
void loaded_is_slow() {
    if (!Queueing::is_counted())
        return g_test_skip("the kernel does not count how long processes wait");
    std::vector<std::unique_ptr<Spinning>> all;
    const int processor = sched_getcpu(); // that of the first one: we are soon moved away from it
    for (int i = 0; i < 10; ++i) {
        all.push_back(std::make_unique<Spinning>());
        all.back()->keep_to(processor);
    }
    const auto time = time_until_ended(*all.front(), 1s, 100s);
    g_test_message("%.1f s", time.count());
    g_assert_cmpfloat(time.count(), >, 4);
    g_assert_cmpfloat(time.count(), <, 100);
    kill(all.front()->pid(), SIGSTOP);
    g_assert_cmpfloat(time_until_ended(*all.front(), 1s, 60s).count(), <, 20); // in the same crowd
}

void next_step_begins_again() {
    const Spinning process;
    kill(process.pid(), SIGSTOP);
    std::atomic<int> ended = 0;
    Patience patience{[&] { return std::vector{process.pid()}; }, [&] { ++ended; }};
    g_usleep(300000); // no limit yet
    for (int i = 0; i < 5; ++i) {
        patience.allow(5s);
        g_usleep(200000);
    }
    patience.allow(1h);
    patience.rest();
    g_usleep(300000);
    g_assert_true(!ended && !patience.ran_out());
}

void ended_processes_do_not_count() {
    Queueing queueing;
    int gone = 0;
    {
        const Spinning process;
        gone = process.pid();
        g_assert_cmpint(queueing.since_last({gone}).count(), ==, 0);
        g_usleep(50000);
        g_assert_cmpint(queueing.since_last({gone}).count(), >=, 0);
    }
    g_assert_cmpint(queueing.since_last({gone}).count(), ==, 0);
    g_assert_cmpint(queueing.since_last({}).count(), ==, 0);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/patience/stopped", stopped_is_not_slow);
    g_test_add_func("/patience/spinning", spinning_is_not_slow);
    g_test_add_func("/patience/loaded", loaded_is_slow);
    g_test_add_func("/patience/steps", next_step_begins_again);
    g_test_add_func("/patience/ended", ended_processes_do_not_count);
    return g_test_run();
}
