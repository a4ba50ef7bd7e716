// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/watchdog.h"
#include "tests/support/test.h"

using namespace h2k;

namespace {

using namespace std::chrono_literals;

Watchdog::Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

void ends_what_is_late() {
    std::atomic<int> ended = 0;
    Watchdog dog{[&] { ++ended; }};
    g_assert_false(dog.set(in(20ms)).has_value());
    for (int i = 0; i < 500 && !ended; ++i)
        g_usleep(10000);
    g_assert_cmpint(ended, ==, 1);
    g_assert_true(dog.ran_out());
    dog.set(in(0ms));
    g_usleep(50000);
    g_assert_cmpint(ended, ==, 1);
}

void leaves_what_is_done() {
    std::atomic<int> ended = 0;
    {
        Watchdog dog{[&] { ++ended; }};
        dog.set(in(300ms));
        const auto before = dog.set(in(1h)); // later
        g_assert_true(before.has_value());
        dog.set(in(300ms));
        dog.set({});
        g_usleep(500000);
        g_assert_false(dog.ran_out());
        dog.set(in(1h)); // still open at the end
    }
    g_assert_cmpint(ended, ==, 0);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/watchdog/late", ends_what_is_late);
    g_test_add_func("/watchdog/done", leaves_what_is_done);
    return g_test_run();
}
