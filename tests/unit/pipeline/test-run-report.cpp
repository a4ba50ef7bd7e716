// SPDX-License-Identifier: LGPL-2.1-or-later
// What a report has of a job that failed, by the stage in which it did: all that was reached, and no more.
#include "convert/pipeline/report/report.h"
#include "tests/support/job_bench.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::Bench;

namespace {

Result<> no() { return fail(H2K_ERROR_TARGET, "No."); }

/// The stages that were begun, with the error of one that failed.
std::string text_of(const std::vector<StageReport> &stages) {
    std::string text;
    for (const auto &stage : stages)
        text += std::string{name_of(stage.stage)} + (stage.success ? " " : ": " + stage.error + " ");
    return text;
}

/// Which of the plans, the work and the result are in the report.
std::string known(const Report &report) {
    std::string text;
    const auto add = [&](bool is_known, const char *name) { text += is_known ? std::string{name} + " " : ""; };
    add(report.carry && report.carry->source.disks.size() == 1, "source");
    add(report.plan && report.plan->guest.linux_facts().distro == "debian", "guest");
    add(report.plan && report.plan->target.disks.size() == 1, "target");
    add(!report.fixers.empty(), "fixers");
    add(!report.applied.empty(), "applied");
    add(report.boot.has_value(), "boot");
    for (const auto &artifact : report.artifacts)
        text += artifact.type + " ";
    return text;
}

struct Case {
    const char *name;
    void (*spoil)(Bench &bench);
    const char *stages, *known, *failed_in;
};

class FullAppliance final : public test::FakeAppliance {
  public:
    using FakeAppliance::FakeAppliance;
    Result<> trim() override { return no(); }
};

void fail_to_unpack(Bench &bench) {
    auto &source = bench.request.sources.front();
    const char *gzip[] = {"gzip", source.c_str(), nullptr};
    g_assert_true(g_spawn_sync(nullptr, const_cast<char **>(gzip), nullptr, G_SPAWN_SEARCH_PATH, nullptr, nullptr,
                               nullptr, nullptr, nullptr, nullptr));
    source += ".gz";
    bench.tools.unpack = [](const auto &, auto &, const auto &, GCancellable *) { return no(); };
}

void change_source(Bench &bench) {
    const auto launch = bench.tools.launch;
    bench.tools.launch = [&bench, launch](const auto &order, Notices &notices, GCancellable *cancel) {
        std::filesystem::resize_file(bench.request.sources.front(), 512);
        return launch(order, notices, cancel);
    };
}

void cancel_inspection(Bench &bench) {
    const auto launch = bench.tools.launch;
    bench.tools.launch = [&bench, launch](const auto &order, Notices &notices, GCancellable *cancel) {
        g_cancellable_cancel(bench.cancel.get());
        return launch(order, notices, cancel);
    };
}

/// Something stands where the last file goes, after the disk is published.
void refuse_domain(Bench &bench) {
    bench.tools.boot_test = [&bench](const auto &, Progress &, GCancellable *) -> Result<BootEvidence> {
        test::unwrap(write_file(bench.request.output_dir + "/app.xml", "another's"));
        return BootEvidence{.grade = BootGrade::proven};
    };
}

const Case cases[] = {
    {"request", [](Bench &b) { b.request.pool = "both"; }, "", "journal ", "request"},
    {"describe", [](Bench &b) { b.request.growths = {{.disk = 7, .bytes = 512}}; },
     "describe: The guest has no disk7 to resize; its last one is disk0. ", "source journal ", "describe"},
    {"fetch", fail_to_unpack, "describe fetch: No. ", "source journal ", "fetch"},
    {"flatten",
     [](Bench &b) {
         b.tools.create_overlay = [](const auto &, const Disk &, auto *) -> Result<Disk> {
             return fail(H2K_ERROR_FAILED, "No.");
         };
     },
     "describe fetch flatten: No. ", "source journal ", "flatten"},
    {"inspect",
     [](Bench &b) {
         b.tools.launch = [](const auto &, Notices &, auto *) -> Result<std::unique_ptr<Appliance>> {
             return fail(H2K_ERROR_FAILED, "No.");
         };
     },
     "describe fetch flatten inspect: No. ", "source journal ", "inspect"},
    {"plan", change_source, nullptr, "source guest journal ", "plan"},
    {"fix",
     [](Bench &b) {
         b.tools.launch = [&b](const auto &, Notices &, auto *) -> Result<std::unique_ptr<Appliance>> {
             return std::make_unique<FullAppliance>(b.calls, b.more);
         };
     },
     "describe fetch flatten inspect plan fix: No. ", "source guest target fixers applied journal ", "fix"},
    {"convert", [](Bench &b) { b.tools.convert = [](const Conversion &, const auto &, auto *) { return no(); }; },
     "describe fetch flatten inspect plan fix convert: No. ", "source guest target fixers applied journal ", "convert"},
    {"validate",
     [](Bench &b) { b.tools.check_image = [](const auto &, DiskFormat, std::uint64_t, auto *) { return no(); }; },
     "describe fetch flatten inspect plan fix convert validate: No. ", "source guest target fixers applied journal ",
     "validate"},
    {"publish", refuse_domain, nullptr, "source guest target fixers applied boot journal ", "validate"},
    {"proof", [](Bench &b) { b.proven = false; },
     "describe fetch flatten inspect plan fix convert validate: The guest was converted, but was not proven to boot: "
     "It hung. ",
     "source guest target fixers applied boot converted_image domain_xml journal ", "validate"},
    {"cancelled", cancel_inspection, "describe fetch flatten inspect ", "source guest journal ", "inspect"},
};

void has_what_was_reached(gconstpointer data) {
    const auto &one = *static_cast<const Case *>(data);
    Bench bench;
    one.spoil(bench);
    const auto outcome = bench.run();
    g_assert_false(outcome.has_value());
    const auto &report = bench.report;
    g_assert_false(report.success);
    if (one.stages)
        assert_equal(text_of(report.stages), one.stages);
    assert_equal(known(report), one.known);
    g_assert_cmpuint(report.errors.size(), ==, 1);
    assert_equal(report.errors.front().stage, one.failed_in);
    assert_equal(report.errors.front().message, outcome.error().message());
    g_assert_cmpfloat(report.seconds, >, 0);
}

/// What took the time of a stage is in the report, also of one that failed.
void has_the_steps() {
    Bench bench;
    bench.tools.boot_test = [](const auto &, Progress &, GCancellable *) -> Result<BootEvidence> {
        return fail(H2K_ERROR_CANCELLED, "No.");
    };
    g_assert_false(bench.run().has_value());
    std::string steps;
    for (const auto &stage : bench.report.stages)
        for (const auto &[step, seconds] : stage.steps)
            steps += step + " ";
    assert_equal(steps, "launch devices root mount read apply trim check close boot_test ");
}

/// Of a revert that failed in its second image, the first is written.
void has_the_images_that_were_written() {
    Bench bench;
    bench.request.output_dir.clear();
    const auto first = bench.request.sources.front();
    bench.request.sources.push_back(first + "2");
    std::filesystem::copy_file(first, bench.request.sources.back());
    bench.tools.create_overlay = [](const auto &overlay, const Disk &below, auto *) -> Result<Disk> {
        H2K_CHECK(write_file(overlay, "overlay"));
        return test::overlay_on(overlay, below);
    };
    bench.tools.commit_overlay = [&](const Disk &overlay) {
        return overlay.below[0].path == first ? Result<>{} : no();
    };
    g_assert_false(bench.run(Action::revert).has_value());
    const auto &artifacts = bench.report.artifacts;
    g_assert_cmpuint(artifacts.size(), ==, 2);
    assert_equal(artifacts[0].type + " " + artifacts[0].path, "converted_image " + first);
    assert_equal(artifacts[1].type, "journal");
    g_assert_cmpuint(bench.report.plan->target.disks.size(), ==, 0);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    for (const auto &one : cases)
        g_test_add_data_func((std::string{"/run-report/"} + one.name).c_str(), &one, has_what_was_reached);
    g_test_add_func("/run-report/steps", has_the_steps);
    g_test_add_func("/run-report/revert", has_the_images_that_were_written);
    return g_test_run();
}
