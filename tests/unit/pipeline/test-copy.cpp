// SPDX-License-Identifier: LGPL-2.1-or-later
// Work side by side, and a copy whose source is hashed in step with it.
#include "convert/pipeline/disk_copy.h"
#include "tests/support/test.h"
#include <mutex>
#include <set>

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

namespace {
void quiet(double) {}
} // namespace

static void all_is_done_once() {
    std::mutex mutex;
    std::multiset<std::size_t> seen;
    std::atomic<int> now = 0, most = 0;
    unwrap(in_parallel(
        7, 3,
        [&](const Task &task) -> Result<> {
            most = std::max<int>(most, ++now);
            g_usleep(5000);
            --now;
            const std::lock_guard lock{mutex};
            seen.insert(task.index);
            return {};
        },
        quiet, nullptr));
    g_assert_true(seen == (std::multiset<std::size_t>{0, 1, 2, 3, 4, 5, 6}));
    g_assert_cmpint(most, <=, 3);
    unwrap(in_parallel(0, 3, [](const Task &) -> Result<> { return {}; }, quiet, nullptr));
}

static void first_failure_ends_the_others() {
    const auto outcome = in_parallel(
        2, 2,
        [&](const Task &task) -> Result<> {
            if (task.index == 1)
                return fail(H2K_ERROR_TARGET, "no space");
            while (!g_cancellable_is_cancelled(task.cancel))
                g_usleep(1000);
            return check_cancelled(task.cancel);
        },
        quiet, nullptr);
    assert_equal(message_of(outcome, H2K_ERROR_TARGET), "no space");
}

static void user_ends_all() {
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    const auto outcome = in_parallel(
        2, 2,
        [&](const Task &task) -> Result<> {
            g_cancellable_cancel(cancel.get());
            return check_cancelled(task.cancel);
        },
        quiet, cancel.get());
    message_of(outcome, H2K_ERROR_CANCELLED);
}

static void mean_is_reported() {
    double mean = 0;
    unwrap(in_parallel(
        2, 2,
        [](const Task &task) -> Result<> {
            task.fraction = 0.5;
            g_usleep(450'000);
            return {};
        },
        [&](double fraction) { mean = std::max(mean, fraction); }, nullptr));
    g_assert_cmpfloat(mean, ==, 0.5);
}

namespace {

/// One copy with values for tools, on this thread.
struct Bench {
    Bench() {
        tools.convert = [this](const Conversion &, const std::function<void(double)> &progress,
                               GCancellable *cancelled) {
            for (int step = 1; step <= 10; ++step) {
                g_usleep(2000);
                converted = step / 10.0;
                progress(converted);
            }
            return check_cancelled(cancelled);
        };
        tools.digest = [this](const auto &, GChecksumType, const auto &wait, GCancellable *) -> Result<std::string> {
            for (int step = 1; step <= 20; ++step) {
                wait(step / 20.0);
                ahead = std::max(ahead, step / 20.0 - converted);
            }
            return digest;
        };
    }
    Result<> run() { return copy_disk(copy, tools, {.index = 0, .fraction = fraction, .cancel = cancel.get()}); }

    Toolbox tools;
    DiskCopy copy;
    std::atomic<double> fraction = 0, converted = 0;
    double ahead = 0;
    std::string digest = "aa";
    Ref<GCancellable> cancel = Ref<GCancellable>::adopt(g_cancellable_new());
};

} // namespace

static void hashing_keeps_step() {
    Bench bench;
    bench.copy.digests = {{.name = "disk.vmdk", .algorithm = G_CHECKSUM_SHA1, .expected = "aa", .from = {}}};
    bench.copy.inputs = {{.path = "/a", .window = {}}};
    bench.copy.checksum = true;
    unwrap(bench.run());
    g_assert_cmpfloat(bench.ahead, <=, 0.06);
    g_assert_cmpuint(bench.copy.found.size(), ==, 2);
    assert_equal(bench.copy.found[0].path, "disk.vmdk");
    g_assert_true(bench.copy.found[0].promised && !bench.copy.found[1].promised);
    assert_equal(bench.copy.result_sha256, "aa");
}

static void wrong_digest_is_the_reason() {
    Bench bench;
    bench.digest = "bb";
    bench.copy.digests = {{.name = "disk.vmdk", .algorithm = G_CHECKSUM_SHA1, .expected = "aa", .from = {}}};
    g_assert_nonnull(g_strstr_len(message_of(bench.run(), H2K_ERROR_SOURCE).c_str(), -1, "disk.vmdk"));
}

static void failed_conversion_is_the_reason() {
    Bench bench;
    bench.tools.convert = [](const Conversion &, const auto &, GCancellable *) -> Result<> {
        return fail(H2K_ERROR_TARGET, "no space");
    };
    bench.copy.digests = {{.name = "disk.vmdk", .algorithm = G_CHECKSUM_SHA1, .expected = "aa", .from = {}}};
    assert_equal(message_of(bench.run(), H2K_ERROR_TARGET), "no space");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/parallel/all", all_is_done_once);
    g_test_add_func("/parallel/failure", first_failure_ends_the_others);
    g_test_add_func("/parallel/cancelled", user_ends_all);
    g_test_add_func("/parallel/fraction", mean_is_reported);
    g_test_add_func("/copy/step", hashing_keeps_step);
    g_test_add_func("/copy/wrong-digest", wrong_digest_is_the_reason);
    g_test_add_func("/copy/failed", failed_conversion_is_the_reason);
    return g_test_run();
}
