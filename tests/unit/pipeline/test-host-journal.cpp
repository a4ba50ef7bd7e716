// SPDX-License-Identifier: LGPL-2.1-or-later
// What the host knows of a repair: written into a report, found again, and good for a revert.
#include "convert/apply/apply.h"
#include "convert/base/files.h"
#include "convert/base/work_folder.h"
#include "convert/model/overlay.h"
#include "convert/pipeline/journal/host_journal.h"
#include "convert/pipeline/report/report.h"
#include "convert/plan/revert.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"
#include <sys/stat.h>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

const std::string own = "/var/lib/virt-hyper2kvm/";

Change change(decltype(Change::action) action) { return {"linux.test", "Because.", std::move(action)}; }

std::string content(const GuestView &guest, const std::string &path) {
    return unwrap(guest.read(path)).value_or("(none)");
}

std::string report_of(const std::string &job, const std::string &image, Action action = Action::import) {
    Report report;
    report.job = job;
    report.action = action;
    report.artifacts.push_back({.type = "converted_image", .path = image, .format = "qcow2"});
    return report_json(report);
}

/// Path of the report that is found; "(none)".
std::string found(const std::vector<std::string> &images, const std::string &job = "") {
    const auto journal = find_host_journal(images, job);
    return journal ? journal->path : "(none)";
}

void is_found() {
    const auto work = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const auto out = work->file("out"), state = work->file("state"), image = out + "/a.qcow2";
    g_setenv("VIRT_HYPER2KVM_STATE_DIR", state.c_str(), TRUE);
    unwrap(make_folder(out, 0755));
    assert_equal(found({image}), "(none)");
    for (const char *job : {"20260101-a", "20260103-a", "20260102-a"}) {
        unwrap(make_folder(state + "/jobs/" + job, 0755));
        unwrap(write_file(state + "/jobs/" + job + "/report.json", report_of(job, image)));
    }
    const auto newest = state + "/jobs/20260103-a/report.json";
    assert_equal(found({image}), newest);
    assert_equal(found({image}, "20260101-a"), state + "/jobs/20260101-a/report.json");
    assert_equal(found({work->file("a.qcow2")}), "(none)");
    // Beside the image it counts by its name, since both may have been moved.
    const auto beside = out + "/report.json";
    unwrap(write_file(beside, report_of("j", "/elsewhere/a.qcow2")));
    assert_equal(found({image}), beside);
    assert_equal(found({image}, "20260101-a"), state + "/jobs/20260101-a/report.json");
    assert_equal(found({image, out + "/b.qcow2"}), "(none)");
    for (const auto &other : {report_of("j", image, Action::revert), report_of("j", "/elsewhere/b.qcow2"),
                              report_of("j", image) + std::string(17u << 20, ' ')}) {
        unwrap(write_file(beside, other));
        assert_equal(found({image}), newest);
    }
    unwrap(write_file(beside, report_of("j", image)));
    g_assert_cmpint(chmod(beside.c_str(), 0666), ==, 0);
    assert_equal(found({image}), newest);
    g_assert_cmpint(rename(beside.c_str(), (out + "/real").c_str()), ==, 0);
    g_assert_cmpint(chmod((out + "/real").c_str(), 0644), ==, 0);
    g_assert_cmpint(symlink("real", beside.c_str()), ==, 0);
    assert_equal(found({image}), newest);
    g_assert_cmpint(unlink(beside.c_str()), ==, 0);
    g_assert_cmpint(mkfifo(beside.c_str(), 0644), ==, 0);
    assert_equal(found({image}), newest);
}

/// Files of which the report says enough are restored, and no report shows what a plan hides.
void goes_into_a_report() {
    test::FakeGuest fake;
    fake.files = {{"/etc/fstab", "old\nend"},
                  {"/etc/gone", "gone\n"},
                  {"/etc/cifs", "old\n//s/x /m cifs password=abc,ro 0 0\n"},
                  {"/etc/closed", "closed old\n"},
                  {"/etc/shadow", "root:$6$old\n"},
                  {"/etc/again", "1\n"},
                  {"/etc/by-command", "x\n"},
                  {"/etc/binary", std::string("\xff\0\xfe", 3)}};
    Overlay guest{fake};
    RepairPlan plan;
    plan.changes = {change(WriteFile{.path = "/etc/fstab", .content = "new\nend\n"}),
                    change(RemoveFile{"/etc/gone"}),
                    change(WriteFile{.path = "/etc/cifs", .content = "new\n//s/x /m cifs password=abc,ro 0 0\n"}),
                    change(WriteFile{.path = "/etc/closed", .content = "closed new\n"}),
                    change(WriteFile{.path = "/etc/shadow", .content = "root:$6$new\n"}),
                    change(WriteFile{.path = "/etc/again", .content = "2\n"}),
                    change(WriteFile{.path = "/etc/again", .content = "3\n"}),
                    change(WriteFile{.path = "/etc/binary", .content = "text\n"}),
                    change(WriteFile{.path = "/etc/made", .content = "made\n"}),
                    change(RunInGuest{.argv = {"/bin/edit"}, .changes = {"/etc/by-command"}})};
    for (const char *path : {"/etc/fstab", "/etc/gone", "/etc/again", "/etc/binary", "/etc/cifs", "/etc/closed"})
        plan.before[path] = fake.files[path];
    plan.closed = {"/etc/closed"};
    unwrap(apply_changes(guest, "job-1", plan.changes, {}, nullptr));
    Report report;
    report.job = "job-1";
    report.artifacts.push_back({.type = "converted_image", .path = "/out/a.qcow2", .format = "qcow2"});
    for (const auto &done : plan.changes)
        report.applied.push_back({.change = done, .kept = {}});
    report.files = files_for_report(guest, "job-1", plan, nullptr);
    g_assert_cmpuint(report.files.size(), ==, 9);
    const auto text = report_json(report);
    g_assert_true(text.find("-old\\n-end") != std::string::npos &&
                  text.find("password=[hidden],ro") != std::string::npos);
    for (const char *secret : {"$6$", "abc", "closed old", "closed new"})
        g_assert_true(text.find(secret) == std::string::npos);

    unwrap(guest.apply(change(RemoveFile{own + "job-1/journal.json"})));
    for (const auto &[path, is] : fake.files)
        unwrap(guest.apply(change(RemoveFile{own + "job-1/files" + path})));
    const auto revert = unwrap(plan_revert_by(guest, read_report_journal(text).value()));
    for (const auto &restore : revert.changes)
        unwrap(guest.apply(restore));
    for (const char *path : {"/etc/fstab", "/etc/gone", "/etc/again", "/etc/cifs"})
        assert_equal(content(guest, path), fake.files[path]);
    assert_equal(content(guest, "/etc/made"), "(none)");
    g_assert_cmpuint(revert.left.size(), ==, 6); // shadow, closed, by-command, binary; gone is another's; the command
    g_assert_true(files_for_report(Overlay{fake}, "job-2", plan, nullptr).empty());
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/host-journal/found", is_found);
    g_test_add_func("/host-journal/report", goes_into_a_report);
    return g_test_run();
}
