// SPDX-License-Identifier: LGPL-2.1-or-later
// What fails in a fast lane begins again in the next one, with new overlays.
#include "tests/support/job_bench.h"
#include "tests/support/test.h"
#include <algorithm>

using namespace h2k;
using test::assert_equal;
using test::Bench;
using test::message_of;
using test::unwrap;

namespace {

/// The fake appliance under another name, which fails in one of its calls.
class DirectLane final : public test::FakeAppliance {
  public:
    DirectLane(Bench &bench, std::string failing)
        : FakeAppliance(bench.calls, bench.more), bench_(bench), failing_(std::move(failing)) {}
    Result<std::vector<BlockDevice>> devices() const override {
        H2K_CHECK(step("devices"));
        return FakeAppliance::devices();
    }
    Result<std::unique_ptr<Guest>> mount(const std::vector<Mount> &mounts, Notices &notices) override {
        H2K_CHECK(step("mount"));
        return FakeAppliance::mount(mounts, notices);
    }
    Result<> trim() override {
        H2K_CHECK(step("trim"));
        return FakeAppliance::trim();
    }
    Result<Notices> check_filesystems() override {
        H2K_CHECK(step("check"));
        return FakeAppliance::check_filesystems();
    }
    Result<> close() override {
        H2K_CHECK(step("close"));
        return FakeAppliance::close();
    }

  private:
    Result<> step(const char *name) const {
        if (failing_ != name)
            return {};
        bench_.calls.emplace_back("fails");
        return fail(H2K_ERROR_FAILED, "The lane is not sure of its %s.", name);
    }
    Bench &bench_;
    std::string failing_;
};

void add_direct(Bench &bench, const std::string &failing) {
    bench.tools.open_direct = [&bench, failing](const ServedGuest &, GCancellable *) -> Result<std::unique_ptr<Lane>> {
        bench.calls.emplace_back("direct");
        if (failing == "start") {
            bench.calls.emplace_back("fails");
            return fail(H2K_ERROR_FAILED, "The lane is not sure of its start.");
        }
        return std::make_unique<DirectLane>(bench, failing);
    };
}

/// "inspect: direct, fix: appliance (why)"
std::string lanes_of(const Report &report) {
    std::string text;
    for (const auto &stage : report.stages)
        if (stage.lane)
            text += std::string{text.empty() ? "" : ", "} + name_of(stage.stage) + ": " + stage.lane->name +
                    (stage.lane->why.empty() ? "" : " (" + stage.lane->why + ")");
    return text;
}

struct Case {
    const char *failing, *order, *lanes;
};
constexpr Case cases[] = {
    {"nothing", "overlay direct trim fsck close convert check boot ", "inspect: direct, fix: direct"},
    {"start", "overlay direct fails overlay launch trim fsck close convert check boot ",
     "inspect: appliance (The lane is not sure of its start.), fix: appliance (The lane is not sure of its start.)"},
    {"devices", "overlay direct fails overlay launch trim fsck close convert check boot ",
     "inspect: appliance (The lane is not sure of its devices.), fix: appliance (The lane is not sure of its "
     "devices.)"},
    {"mount", "overlay direct fails overlay launch trim fsck close convert check boot ",
     "inspect: appliance (The lane is not sure of its mount.), fix: appliance (The lane is not sure of its mount.)"},
    {"trim", "overlay direct fails overlay launch trim fsck close convert check boot ",
     "inspect: direct, fix: appliance (The lane is not sure of its trim.)"},
    {"check", "overlay direct trim fails overlay launch trim fsck close convert check boot ",
     "inspect: direct, fix: appliance (The lane is not sure of its check.)"},
    {"close", "overlay direct trim fsck fails overlay launch trim fsck close convert check boot ",
     "inspect: direct, fix: appliance (The lane is not sure of its close.)"},
};

void begins_again(gconstpointer data) {
    const auto &one = *static_cast<const Case *>(data);
    Bench bench;
    add_direct(bench, one.failing);
    unwrap(bench.run());
    assert_equal(bench.order(), one.order);
    assert_equal(lanes_of(bench.report), one.lanes);
    assert_equal(bench.left(), "app.qcow2 app.xml report.json ");
    g_assert_false(std::ranges::any_of(bench.report.applied, [](const auto &done) { return !done.error.empty(); }));
}

/// Where another lane is asked for, or none is left, nothing begins again.
void is_chosen() {
    Bench appliance;
    add_direct(appliance, "nothing");
    appliance.request.lane = LaneChoice::appliance;
    unwrap(appliance.run());
    assert_equal(lanes_of(appliance.report), "inspect: appliance, fix: appliance");
    Bench direct;
    add_direct(direct, "check");
    direct.request.lane = LaneChoice::direct;
    assert_equal(message_of(direct.run(), H2K_ERROR_FAILED), "The lane is not sure of its check.");
    assert_equal(direct.left(), "report.json ");
}

void a_cancelled_lane_is_the_end() {
    Bench bench;
    bench.tools.open_direct = [&](const ServedGuest &, GCancellable *cancel) -> Result<std::unique_ptr<Lane>> {
        g_cancellable_cancel(cancel);
        H2K_CHECK(check_cancelled(cancel));
        return std::make_unique<DirectLane>(bench, "nothing");
    };
    message_of(bench.run(), H2K_ERROR_CANCELLED);
    assert_equal(bench.order(), "overlay ");
}

/// A guest with a package of the old hypervisor's: its removal is a program of the guest.
void a_program_is_run_in_the_appliance() {
    Bench bench;
    add_direct(bench, "nothing");
    bench.more["/usr/bin/dpkg"] = "";
    bench.more["/var/lib/dpkg/status"] =
        "Package: open-vm-tools\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n";
    bench.more["/var/lib/dpkg/info/open-vm-tools.list"] = "/usr/bin/vmtoolsd\n";
    unwrap(bench.run(Action::plan));
    assert_equal(bench.report.plan->lane.name, "appliance");
    assert_equal(bench.report.plan->lane.why, "The guest's program “env” runs only there.");
    assert_equal(bench.order(), "overlay direct ");
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    for (const auto &one : cases)
        g_test_add_data_func((std::string{"/lanes/fails/"} + one.failing).c_str(), &one, begins_again);
    g_test_add_func("/lanes/chosen", is_chosen);
    g_test_add_func("/lanes/cancelled", a_cancelled_lane_is_the_end);
    g_test_add_func("/lanes/program", a_program_is_run_in_the_appliance);
    return g_test_run();
}
