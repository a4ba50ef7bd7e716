// SPDX-License-Identifier: LGPL-2.1-or-later
// What a job that was killed leaves is reported by the next one.
#include "convert/base/files.h"
#include "convert/base/work_folder.h"
#include "convert/pipeline/journal/journal.h"
#include "convert/pipeline/journal/killed.h"
#include "tests/support/test.h"
#include <memory>
#include <sys/stat.h>

using namespace h2k;
using test::unwrap;

namespace {

constexpr std::size_t limit = 1u << 20;

bool holds(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

/// A job that came into its repair, in the state folder @state; it lives as long as the journal.
std::unique_ptr<Journal> begun(const std::string &state, const std::string &job) {
    const auto folder = state + "/jobs/" + job;
    unwrap(make_folder(folder, 0700));
    auto journal = std::make_unique<Journal>();
    journal->open(folder);
    journal->job(job, "import", {"/srv/a.vmdk", "/srv/b.vmdk"});
    journal->stage(Stage::describe, "begun");
    journal->stage(Stage::describe, "done");
    journal->stage(Stage::fix, "begun");
    return journal;
}

void is_reported_once_it_is_dead() {
    const auto work = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const auto state = work->file("state"), report = state + "/jobs/job-1/report.json";
    report_killed_jobs(state); // nothing is there yet
    auto journal = begun(state, "job-1");
    report_killed_jobs(state);
    g_assert_false(path_exists(report));
    journal->published("/out/a.qcow2");
    journal.reset();
    report_killed_jobs(state);
    const auto text = unwrap(read_file(report, limit));
    for (const char *part : {R"("job" : "job-1")", R"("action" : "import")", R"("/srv/b.vmdk")", R"("success" : false)",
                             R"("stage" : "fix")", "was killed in this stage", R"("path" : "/out/a.qcow2")"})
        g_assert_true(holds(text, part));
    struct stat st{};
    g_assert_cmpint(stat(report.c_str(), &st), ==, 0);
    g_assert_cmpuint(st.st_mode & 07777, ==, 0600);
    unwrap(write_file(report, "x"));
    report_killed_jobs(state);
    g_assert_true(unwrap(read_file(report, limit)) == "x");
}

/// A line that was cut off, a job that ended, one with the journal of another, and what is no journal.
void others_are_left_alone() {
    const auto work = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const auto state = work->file("state");
    begun(state, "ended")->end(false, "x");
    begun(state, "other");
    const auto journal = [&](const char *job) { return state + "/jobs/" + job + "/journal.jsonl"; };
    const auto text = unwrap(read_file(journal("other"), limit));
    for (const auto &[job, content] :
         {std::pair{"moved", text}, std::pair{"odd", std::string{"[]\n\n{\"event\": \"job\"}\n"}},
          std::pair{"none", std::string{}}}) {
        unwrap(make_folder(state + "/jobs/" + job, 0700));
        unwrap(write_file(journal(job), content));
    }
    unwrap(write_file(journal("other"), text.substr(0, text.size() - 20)));
    report_killed_jobs(state);
    for (const char *job : {"ended", "moved", "odd", "none"})
        g_assert_false(path_exists(state + "/jobs/" + job + "/report.json"));
    g_assert_true(holds(unwrap(read_file(state + "/jobs/other/report.json", limit)), R"("stage" : "describe")"));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/killed/reported", is_reported_once_it_is_dead);
    g_test_add_func("/killed/others", others_are_left_alone);
    return g_test_run();
}
