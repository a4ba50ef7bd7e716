// SPDX-License-Identifier: LGPL-2.1-or-later
// The way of each action through the stages.
#include "convert/pipeline/revert/stages.h"
#include "convert/pipeline/route.h"
#include "convert/pipeline/stages/stages.h"
#include "tests/support/test.h"
#include <algorithm>

using namespace h2k;
using test::assert_equal;

namespace {

struct Named {
    Result<> (*run)(Run &run);
    const char *name;
};

constexpr Named names[] = {
    {describe_source, "source"},
    {choose_target, "target"},
    {require_free_target, "free-target"},
    {check_images, "images"},
    {require_writable_images, "writable"},
    {make_work_folder, "folder"},
    {make_work_folder_at_target, "folder-at-target"},
    {finish_interrupted, "finish"},
    {require_finished, "finished"},
    {make_work_folder_in_state, "folder-in-state"},
    {fetch_disks, "disks"},
    {make_overlays, "overlays"},
    {open_guest, "open"},
    {make_repair_plan, "repair"},
    {check_repair_plan, "check"},
    {require_capable_host, "host"},
    {make_revert_plan, "revert"},
    {repair_guest, "repair"},
    {revert_guest, "revert"},
    {convert_disks, "disks"},
    {make_isos, "isos"},
    {commit_overlays, "commit"},
    {check_results, "check"},
    {leave_guest, "leave"},
    {boot_results, "boot"},
    {boot_source, "boot-source"},
    {publish_results, "publish"},
    {require_proof, "proof"},
};

/// The steps of a route as "stage: step step, stage: step …".
std::string text_of(const std::vector<Step> &route) {
    std::string text;
    const Step *last = nullptr;
    for (const auto &step : route) {
        if (!last || last->stage != step.stage)
            text += std::string{last ? ", " : ""} + name_of(step.stage) + ":";
        const auto named = std::ranges::find(names, step.run, &Named::run);
        text += std::string{" "} + (named == std::end(names) ? "?" : named->name);
        last = &step;
    }
    return text;
}

constexpr auto to_open = "fetch: disks, flatten: overlays, inspect: open";

std::string before_and_after(const char *before, const char *after) {
    return std::string{before} + ", " + to_open + after;
}

} // namespace

static void inspect_reads() {
    assert_equal(text_of(route_of(Action::inspect, {.metadata_only = true})), "describe: source");
    assert_equal(text_of(route_of(Action::inspect, {})), before_and_after("describe: source folder", ""));
}

static void plan_ends_with_the_plan() {
    assert_equal(text_of(route_of(Action::plan, {})),
                 before_and_after("describe: source folder", ", plan: repair check"));
    assert_equal(text_of(route_of(Action::import, {.dry_run = true})),
                 before_and_after("describe: source target folder", ", plan: repair check host"));
}

static void import_goes_all_the_way() {
    const auto route = [](const Request &request) { return text_of(route_of(Action::import, request)); };
    const auto with = [](const char *convert, const char *validate) {
        return before_and_after("describe: source target free-target folder-at-target",
                                ", plan: repair check host, fix: repair, convert: ") +
               convert + ", validate: " + validate;
    };
    assert_equal(route({}), with("disks isos", "check boot publish proof"));
    assert_equal(route({.boot_test = BootTest::quick}), with("disks isos", "check boot publish proof"));
    assert_equal(route({.boot_test = BootTest::observe}), with("disks isos", "check boot publish proof"));
    assert_equal(route({.boot_test = BootTest::none}), with("disks isos", "check publish"));
}

static void boot_test_needs_the_target_machine() {
    assert_equal(text_of(route_of(Action::boot_test, {})),
                 before_and_after("describe: source folder", ", plan: repair, validate: leave boot-source"));
}

static void revert_works_in_the_image() {
    assert_equal(text_of(route_of(Action::revert, {.dry_run = true})),
                 before_and_after("describe: source images finished folder", ", plan: revert"));
    assert_equal(text_of(route_of(Action::revert, {})),
                 before_and_after("describe: source images writable finish folder-in-state",
                                  ", plan: revert, fix: revert, convert: commit"));
}

/// What keeps a journal, and what leaves a report beside its result.
static void kinds_of_routes() {
    const auto kinds = [](Action action, const Request &request) {
        const auto route = route_of(action, request);
        return std::string{acts(route) ? "acts" : ""} + (publishes(route) ? " publishes" : "");
    };
    for (const auto action : {Action::inspect, Action::plan})
        assert_equal(kinds(action, {}), "");
    for (const auto action : {Action::import, Action::revert})
        assert_equal(kinds(action, {.dry_run = true}), "");
    assert_equal(kinds(Action::import, {}), "acts publishes");
    assert_equal(kinds(Action::boot_test, {}), "acts");
    assert_equal(kinds(Action::revert, {}), "acts");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/route/inspect", inspect_reads);
    g_test_add_func("/route/plan", plan_ends_with_the_plan);
    g_test_add_func("/route/import", import_goes_all_the_way);
    g_test_add_func("/route/boot-test", boot_test_needs_the_target_machine);
    g_test_add_func("/route/revert", revert_works_in_the_image);
    g_test_add_func("/route/kinds", kinds_of_routes);
    return g_test_run();
}
