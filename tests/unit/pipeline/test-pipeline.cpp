// SPDX-License-Identifier: LGPL-2.1-or-later
// The order of a job's steps and what it leaves when one fails.  The tools are values; files and folders are real.
#include "convert/pipeline/state.h"
#include "tests/support/job_bench.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::Bench;
using test::message_of;
using test::overlay_on;
using test::unwrap;

static void order_is_fixed() {
    Bench bench;
    unwrap(bench.run());
    assert_equal(bench.order(), "overlay launch trim fsck close convert check boot ");
    assert_equal(bench.left(), "app.qcow2 app.xml report.json ");
    g_assert_true(bench.success);
}

static void unproven_is_kept_and_reported() {
    Bench bench;
    bench.proven = false;
    g_assert_nonnull(g_strstr_len(message_of(bench.run(), H2K_ERROR_NOT_PROVEN).c_str(), -1, "It hung."));
    assert_equal(bench.left(), "app.qcow2 app.xml report.json ");
    g_assert_false(bench.success);
}

static void plan_and_inspect_write_nothing() {
    for (const auto action : {Action::plan, Action::inspect}) {
        Bench bench;
        unwrap(bench.run(action));
        assert_equal(bench.order(), "overlay launch ");
        assert_equal(bench.left(), "");
    }
    Bench dry;
    dry.request.dry_run = true;
    unwrap(dry.run());
    assert_equal(dry.order(), "overlay launch ");
    assert_equal(dry.left(), "");
}

static void failure_leaves_only_a_report() {
    for (const char *step : {"convert", "check"}) {
        Bench bench;
        const auto bad = [&](auto...) -> Result<> { return fail(H2K_ERROR_TARGET, "no space"); };
        if (g_str_equal(step, "convert"))
            bench.tools.convert = [&](const auto &, const auto &, GCancellable *) { return bad(); };
        else
            bench.tools.check_image = [&](const auto &, DiskFormat, std::uint64_t, GCancellable *) { return bad(); };
        assert_equal(message_of(bench.run(), H2K_ERROR_TARGET), "no space");
        assert_equal(bench.left(), "report.json ");
    }
}

static void cancelled_boot_publishes_nothing() {
    Bench bench;
    bench.tools.boot_test = [&](const auto &, Progress &, GCancellable *cancel) -> Result<BootEvidence> {
        g_cancellable_cancel(bench.cancel.get());
        H2K_CHECK(check_cancelled(cancel));
        return BootEvidence{};
    };
    message_of(bench.run(), H2K_ERROR_CANCELLED);
    assert_equal(bench.left(), "report.json ");
}

/// What was asked for was shown, so that scripts see success; the grade says what it was.
static void direct_start_is_success_without_proof() {
    for (const auto action : {Action::import, Action::boot_test}) {
        Bench bench;
        bench.request.boot_test = BootTest::quick;
        bench.tools.boot_test = [](const BootTestOrder &order, Progress &, GCancellable *) -> Result<BootEvidence> {
            g_assert_true(order.mode == BootTest::quick);
            return BootEvidence{.grade = BootGrade::starts_directly, .start = StartedBy::kernel};
        };
        unwrap(bench.run(action));
        g_assert_true(bench.success && !bench.report.boot->proven());
        bench.tools.boot_test = [](const auto &, Progress &, GCancellable *) -> Result<BootEvidence> {
            return BootEvidence{.start = StartedBy::kernel, .why = "It hung."};
        };
        bench.request.output_dir += "-2";
        message_of(bench.run(action), H2K_ERROR_NOT_PROVEN);
    }
}

static void broken_boot_test_is_not_a_proof() {
    Bench bench;
    bench.tools.boot_test = [](const auto &, Progress &, GCancellable *) -> Result<BootEvidence> {
        return fail(H2K_ERROR_FAILED, "no QEMU here");
    };
    g_assert_nonnull(g_strstr_len(message_of(bench.run(), H2K_ERROR_NOT_PROVEN).c_str(), -1, "no QEMU here"));
    assert_equal(bench.left(), "app.qcow2 app.xml report.json ");
}

/// The boot test knows of scripts for the first start, of this import or of one before.
static void waiting_scripts_are_known() {
    for (const bool waits : {false, true})
        for (const auto action : {Action::import, Action::boot_test}) {
            Bench bench;
            if (waits && action == Action::import)
                bench.request.repair.configuration.first_boot = {{"hello", "#!/bin/sh\n"}};
            if (waits && action == Action::boot_test)
                bench.more = {{"/var/lib/virt-hyper2kvm/firstboot.d/20-hello", "#!/bin/sh\n"}};
            bench.tools.boot_test = [&](const BootTestOrder &order, Progress &,
                                        GCancellable *) -> Result<BootEvidence> {
                g_assert_true(order.first_boot == waits);
                return BootEvidence{.grade = BootGrade::proven};
            };
            unwrap(bench.run(action));
        }
}

static void boot_test_needs_no_target() {
    Bench bench;
    unwrap(bench.run(Action::boot_test));
    assert_equal(bench.order(), "overlay launch close boot ");
    assert_equal(bench.left(), "");
}

/// The seed stands beside the disks, and only with them; the boot test does not see it.
static void seed_is_published_with_the_disks() {
    const auto seeded = [](Bench &bench) {
        bench.request.repair.cloud_init = CloudSeed{
            .user_data = "#cloud-config\n", .meta_data = "instance-id: i-1\n", .network_config = {}, .as_iso = true};
    };
    Bench bench;
    seeded(bench);
    const auto boot = bench.tools.boot_test;
    bench.tools.boot_test = [&](const BootTestOrder &order, Progress &progress, GCancellable *cancel) {
        g_assert_true(order.domain.machine.isos.empty());
        return boot(order, progress, cancel);
    };
    unwrap(bench.run());
    assert_equal(bench.left(), "app-cidata.iso app.qcow2 app.xml report.json ");
    const auto made = bench.request.output_dir + "/app-cidata.iso";
    const auto in = [&](const char *name) { return unwrap(read_file(bench.request.output_dir + name, 1u << 20)); };
    g_assert_true(in("/app.xml").contains("<source file=\"" + made + "\"/>"));
    g_assert_true(in("/report.json").contains("\"type\" : \"seed_iso\",\n      \"path\" : \"" + made + "\""));
    g_assert_true(in("/report.json").contains("\"seed_iso\" : {\n      \"path\" : \"" + made + "\""));
    const auto before = in("/app-cidata.iso");
    g_assert_true(std::filesystem::remove(bench.request.output_dir + "/app.qcow2"));
    g_assert_true(std::filesystem::remove(bench.request.output_dir + "/app.xml"));
    bench.calls.clear();
    g_assert_true(message_of(bench.run(), H2K_ERROR_TARGET).contains("app-cidata.iso"));
    assert_equal(bench.order(), "");
    assert_equal(in("/app-cidata.iso"), before);
    Bench failing;
    seeded(failing);
    failing.tools.boot_test = [&](const BootTestOrder &, Progress &, GCancellable *) -> Result<BootEvidence> {
        // What comes after the seed cannot be published.
        unwrap(write_file(failing.request.output_dir + "/app.xml", "another's"));
        return BootEvidence{.grade = BootGrade::proven};
    };
    message_of(failing.run(), H2K_ERROR_TARGET);
    assert_equal(failing.left(), "app.xml report.json ");
}

/// Names of the reverts that have to be finished.
static std::vector<std::string> unfinished_reverts() {
    std::vector<std::string> found;
    std::error_code none;
    for (const auto &entry : std::filesystem::directory_iterator{state_folder() + "/reverts", none})
        found.push_back(entry.path());
    return found;
}

/// The image is written when all else is done, from an overlay in the state folder, and an interrupted write is
/// finished.
static void revert_writes_the_image_last() {
    Bench bench;
    bench.request.output_dir.clear();
    bench.tools.create_overlay = [&](const std::string &overlay, const Disk &below, GCancellable *) -> Result<Disk> {
        bench.calls.emplace_back("overlay");
        g_assert_true(bench.request.dry_run || overlay.starts_with(state_folder()));
        H2K_CHECK(write_file(overlay, "overlay"));
        return overlay_on(overlay, below);
    };
    bool works = false;
    bench.tools.commit_overlay = [&](const Disk &disk) -> Result<> {
        assert_equal(disk.below.front().path, bench.request.sources.front());
        assert_equal(unwrap(read_file(disk.top.path, 100)), "overlay");
        g_assert_cmpuint(unfinished_reverts().size(), ==, 1);
        bench.calls.emplace_back("commit");
        return works ? Result<>{} : fail(H2K_ERROR_TARGET, "It is in use.");
    };
    bench.request.dry_run = true;
    unwrap(bench.run(Action::revert));
    assert_equal(bench.order(), "overlay launch ");
    bench.request.dry_run = false;
    bench.calls.clear();
    g_assert_true(message_of(bench.run(Action::revert), H2K_ERROR_TARGET).contains("run the command again"));
    assert_equal(bench.order(), "overlay launch fsck close commit ");
    // It is finished before anything else is done; nobody else's leftovers are believed.
    bench.request.dry_run = true;
    g_assert_true(message_of(bench.run(Action::revert), H2K_ERROR_SOURCE).contains("without --dry-run"));
    bench.request.dry_run = false;
    bench.calls.clear();
    message_of(bench.run(Action::revert), H2K_ERROR_TARGET);
    assert_equal(bench.order(), "commit ");
    works = true;
    bench.calls.clear();
    unwrap(bench.run(Action::revert));
    assert_equal(bench.order(), "commit overlay launch fsck close commit check ");
    g_assert_true(unfinished_reverts().empty());
    bench.request.job = "job-2";
    message_of(bench.run(Action::revert), H2K_ERROR_SOURCE);
}

/// None of several disks is written before the overlays of all are kept, and each is written once.
static void several_disks_are_reverted() {
    Bench bench;
    bench.request.output_dir.clear();
    const auto first = bench.request.sources.front();
    const auto second = folder_of(first) + "/other/data.img";
    unwrap(make_folder(folder_of(second), 0755));
    std::filesystem::copy_file(first, second);
    bench.request.sources.push_back(second);
    bench.tools.create_overlay = [&](const std::string &overlay, const Disk &disk, GCancellable *) -> Result<Disk> {
        H2K_CHECK(write_file(overlay, disk.top.path));
        return overlay_on(overlay, disk);
    };
    std::string committed;
    bool works = false;
    bench.tools.commit_overlay = [&](const Disk &disk) -> Result<> {
        const auto image = disk.below.front().path;
        assert_equal(unwrap(read_file(disk.top.path, 1000)), image);
        committed += base_name(image) + " ";
        return image == second && !works ? fail(H2K_ERROR_TARGET, "No.") : Result<>{};
    };
    message_of(bench.run(Action::revert), H2K_ERROR_TARGET);
    assert_equal(committed, "app.img data.img ");
    // Another image under the second one's name is not written, whoever put it there.
    std::filesystem::rename(second, second + ".moved");
    std::filesystem::copy_file(first, second);
    bench.request.sources.pop_back();
    works = true;
    committed.clear();
    const auto said = message_of(bench.run(Action::revert), H2K_ERROR_SOURCE);
    g_assert_true(said.contains(second) && said.contains("no longer there"));
    assert_equal(committed, "");
    std::filesystem::rename(second + ".moved", second);
    unwrap(bench.run(Action::revert));
    assert_equal(committed, "data.img app.img ");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/pipeline/order", order_is_fixed);
    g_test_add_func("/pipeline/not-proven", unproven_is_kept_and_reported);
    g_test_add_func("/pipeline/plan", plan_and_inspect_write_nothing);
    g_test_add_func("/pipeline/failure", failure_leaves_only_a_report);
    g_test_add_func("/pipeline/cancelled", cancelled_boot_publishes_nothing);
    g_test_add_func("/pipeline/direct-start", direct_start_is_success_without_proof);
    g_test_add_func("/pipeline/broken-boot-test", broken_boot_test_is_not_a_proof);
    g_test_add_func("/pipeline/first-boot", waiting_scripts_are_known);
    g_test_add_func("/pipeline/boot-test", boot_test_needs_no_target);
    g_test_add_func("/pipeline/seed", seed_is_published_with_the_disks);
    g_test_add_func("/pipeline/revert", revert_writes_the_image_last);
    g_test_add_func("/pipeline/revert-disks", several_disks_are_reverted);
    return g_test_run();
}
