// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/apply.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/base/work_folder.h"
#include "convert/model/overlay.h"
#include "convert/plan/revert.h"
#include "convert/plan/undo_diff.h"
#include "tests/support/case_guest.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"
#include <set>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

const std::string own = "/var/lib/virt-hyper2kvm/";

Change change(decltype(Change::action) action) { return {"linux.test", "Because.", std::move(action)}; }

Change write(const std::string &path, const std::string &content) {
    return change(WriteFile{.path = path, .content = content});
}

bool holds(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

std::string content(const GuestView &guest, const std::string &path) {
    return unwrap(guest.read(path)).value_or("(none)");
}

std::string shown_left(const RevertPlan &plan) {
    std::string text;
    for (const auto &left : plan.left)
        text += left.text + "\n";
    return text;
}

/// Kind and path of each change, and then what stays.
std::string shown(const RevertPlan &plan) {
    std::string text;
    for (const auto &c : plan.changes)
        text += std::string{kind_of(c)} + " " + path_of(c) + "\n";
    return text + shown_left(plan);
}

void carry_out(Guest &guest, const RevertPlan &plan) {
    for (const auto &c : plan.changes)
        unwrap(guest.apply(c));
}

test::FakeGuest before() {
    test::FakeGuest fake;
    fake.files["/etc/fstab"] = "old\n";
    fake.files["/etc/gone"] = "gone\n";
    fake.files["/etc/other"] = "other\n";
    fake.files["/etc/to-link"] = "file\n";
    fake.links["/etc/resolv.conf"] = "../run/resolv.conf";
    return fake;
}

std::vector<Change> repair() {
    return {write("/etc/fstab", "new\n"),
            change(RemoveFile{"/etc/gone"}),
            write("/etc/made/by/us", "made\n"),
            change(MakeLink{.path = "/etc/resolv.conf", .to = "/run/other"}),
            change(MakeLink{.path = "/etc/to-link", .to = "fstab"}),
            change(MakeLink{.path = "/etc/new-link", .to = "fstab"}),
            write("/etc/other", "repaired\n")};
}

void everything_goes_back() {
    const auto fake = before();
    Overlay guest{fake};
    unwrap(apply_changes(guest, "job-1", repair(), {}, nullptr));
    const auto plan = unwrap(plan_revert(guest, ""));
    assert_equal(join(plan.jobs, " "), "job-1");
    assert_equal(shown(plan), "copy /etc/fstab\ncopy /etc/gone\nremove /etc/made/by/us\nremove /etc/new-link\n"
                              "copy /etc/other\nlink /etc/resolv.conf\nremove /etc/to-link\ncopy /etc/to-link\n"
                              "remove /etc/made/by\nremove /etc/made\nwrite " +
                                  own + "job-1/reverted.json\n");
    carry_out(guest, plan);
    for (const auto &[path, text] : fake.files)
        assert_equal(content(guest, path), text);
    assert_equal(unwrap(guest.link("/etc/resolv.conf")).value_or(""), "../run/resolv.conf");
    g_assert_false(unwrap(guest.link("/etc/to-link")).has_value() || unwrap(guest.link("/etc/new-link")).has_value());
    assert_equal(content(guest, "/etc/made/by/us"), "(none)");
    const auto again = unwrap(plan_revert(guest, ""));
    g_assert_true(again.changes.empty() && again.left.empty() && again.jobs.empty());
}

void what_the_guest_changed_stays() {
    const auto fake = before();
    Overlay guest{fake};
    auto changes = repair();
    changes.push_back(change(RunInGuest{.argv = {"/usr/bin/dpkg", "--purge", "open-vm-tools"}}));
    changes.push_back(write(own + "old-tools.sh", "#!/bin/sh\n")); // which removes itself in the end
    unwrap(apply_changes(guest, "job-1", changes, {}, nullptr));
    unwrap(guest.apply(change(RemoveFile{own + "old-tools.sh"})));
    unwrap(guest.apply(write("/etc/fstab", "of the guest\n")));
    unwrap(guest.apply(write("/etc/gone", "again\n")));
    unwrap(guest.apply(write("/etc/made/by/them", "x\n")));
    unwrap(guest.apply(change(MakeLink{.path = "/etc/new-link", .to = "elsewhere"})));
    unwrap(guest.apply(change(RemoveFile{own + "job-1/files/etc/other"})));
    const auto plan = unwrap(plan_revert(guest, ""));
    assert_equal(shown(plan),
                 "remove /etc/made/by/us\nlink /etc/resolv.conf\nremove /etc/to-link\ncopy /etc/to-link\nwrite " + own +
                     "job-1/reverted.json\n"
                     "“/etc/fstab” stays as it is: the guest has changed it since the repair.\n"
                     "“/etc/gone” stays as it is: the guest has changed it since the repair.\n"
                     "“/etc/new-link” stays as it is: the guest has changed it since the repair.\n"
                     "“/etc/other” stays as it is: its original is gone.\n"
                     "The guest has started since and removed the old hypervisor's tools itself. Its own package "
                     "manager can install them again.\n"
                     "What the command “/usr/bin/dpkg --purge open-vm-tools” did beyond the files that were kept "
                     "cannot be reverted. Why it ran: Because.\n");
}

void jobs_go_back_in_turn() {
    const auto fake = before();
    Overlay guest{fake};
    unwrap(apply_changes(guest, "20260101-1", {write("/etc/fstab", "1\n"), write("/etc/new", "1\n")}, {}, nullptr));
    unwrap(
        apply_changes(guest, "20260102-1", {write("/etc/fstab", "2\n"), change(RemoveFile{"/etc/new"})}, {}, nullptr));
    const auto second = unwrap(plan_revert(guest, "20260102-1"));
    const auto first = unwrap(plan_revert(guest, "20260101-1"));
    assert_equal(join(first.jobs, " "), "20260101-1");
    g_assert_cmpuint(first.left.size(), ==, 1); // fstab is the second's; what was new is gone already
    const auto both = unwrap(plan_revert(guest, ""));
    assert_equal(join(both.jobs, " "), "20260102-1 20260101-1");
    g_assert_true(both.left.empty());
    carry_out(guest, second);
    assert_equal(content(guest, "/etc/fstab"), "1\n");
    carry_out(guest, unwrap(plan_revert(guest, "")));
    assert_equal(content(guest, "/etc/fstab"), "old\n");
    assert_equal(content(guest, "/etc/new"), "(none)");
}

void through_a_link() {
    test::FakeGuest fake;
    fake.links["/etc/conf"] = "real/conf";
    Overlay guest{fake};
    unwrap(guest.apply(write("/etc/real/conf", "made\n")));
    const auto sum = unwrap(guest.sha256("/etc/real/conf"));
    unwrap(guest.apply(write(own + "j/journal.json", R"({"kind": "journal", "job": "j", "files": [{"path": "/etc/conf",
        "first": "absent", "link": "real/conf", "left_sha256": ")" +
                                                         sum + "\"}]}")));
    assert_equal(shown(unwrap(plan_revert(guest, ""))), "remove /etc/real/conf\nwrite " + own + "j/reverted.json\n");
}

void hostile_journals() {
    const auto fake = before();
    const auto planned = [&](const std::string &name, const std::string &text) {
        Overlay guest{fake};
        unwrap(guest.apply(write(own + name + "/journal.json", text)));
        const auto plan = plan_revert(guest, "");
        return plan ? shown(*plan) : plan.error().message();
    };
    const std::string none = "The guest has no journal of a repair, so its state before the repair is not known.";
    assert_equal(planned("j", "no JSON"), none);
    assert_equal(planned("j", "[]"), none);
    assert_equal(planned("j", R"({"kind": "journal", "job": "k"})"), none);
    assert_equal(planned("a b", R"({"kind": "journal", "job": "a b"})"), none);
    const auto sum = unwrap(Overlay{fake}.sha256("/etc/fstab"));
    for (const std::string file : {R"("path": "/etc/fstab", "first": "kept", "copy": "/etc/shadow")",
                                   R"("path": "/etc/../etc/fstab", "first": "absent")", R"("path": "etc/fstab")",
                                   R"("path": "/etc/fstab", "first": "odd")", R"("path": 7, "first": "absent")"})
        assert_equal(planned("j", R"({"kind": "journal", "job": "j", "files": [7, {)" + file + R"(, "left_sha256": ")" +
                                      sum + R"("}], "changes": [{"kind": "run", "command": 7}, 3]})"),
                     "write " + own +
                         "j/reverted.json\n"
                         "What the command “” did beyond the files that were kept cannot be reverted. "
                         "Why it ran: \n");
    Overlay guest{fake};
    test::message_of(plan_revert(guest, "../x"), H2K_ERROR_USAGE);
    test::message_of(plan_revert(guest, "no-such-job"), H2K_ERROR_SOURCE);
}

std::string diff_of(const std::string &before, const std::string &after) {
    const auto work = unwrap(WorkFolder::create(g_get_tmp_dir()));
    unwrap(write_file(work->file("a"), before));
    unwrap(write_file(work->file("b"), after));
    return unwrap(run_command({.argv = {"diff", "-u", "--text", work->file("a"), work->file("b")}}, nullptr)).output;
}

void diffs_are_taken_back() {
    std::string many, changed;
    for (int i = 0; i < 40; ++i) {
        many += "line " + std::to_string(i) + "\n";
        changed += i % 13 == 5 ? "" : "line " + std::to_string(i) + (i % 9 == 4 ? " and more\n" : "\n");
    }
    const std::vector<std::string> texts{"",        "a\n",    "a",     "a\nb\n", "b\na",          "-- x\n++ y\n",
                                         "\\ No\n", "\n\n\n", "a\r\n", many,     changed + "end", changed};
    for (const auto &before : texts)
        for (const auto &after : texts) {
            const auto diff = diff_of(before, after);
            assert_equal(undo_diff(after, diff).value_or("(none)"), before);
            if (before != after)
                g_assert_true(undo_diff("x\n" + after, diff) != before);
        }
    const std::string head = "--- a\n+++ b\n";
    for (const std::string odd :
         {"@@", "@@ -1 +1 @@", "@@ -1 +1 @@\n", "@@ -1 +9 @@\n-a\n+b\n", "@@ -1,9 +1,9 @@\n a\n", "@@ -1 +1 @@\n\n",
          "@@ -1 +1 @@\n-a\n-a\n+b\n", "@@ -1 +1 @@\n\\ No\n", "@@ -1,4294967296 +1 @@\n", "@@ --1 +1 @@\n", "+b\n",
          "@@ -0,0 +0,0 @@\n@@ -1 +1 @@\n-c\n+c\n", "@@ -1 +1 @@\n-a\n+b\n@@ -1 +1 @@\n-a\n+b\n"})
        g_assert_false(undo_diff("b\n", head + odd).has_value());
}

/// As an import's report has it, of a guest that lost its own journal.
GuestJournal report(const test::FakeGuest &was, const GuestView &guest) {
    auto journal = *read_guest_journal(unwrap(guest.read(own + "job-1/journal.json")).value_or(""), "job-1");
    for (auto &file : journal.files)
        if (file.first == "kept") {
            const auto before = was.files.at(file.path);
            file.diff = diff_of(before, unwrap(guest.read(file.path)).value_or(""));
            file.first_sha256 = unwrap(Overlay{was}.sha256(file.path));
        }
    return journal;
}

void goes_back_by_a_report() {
    const auto fake = before();
    Overlay guest{fake};
    unwrap(apply_changes(guest, "job-1", repair(), {}, nullptr));
    const auto journal = report(fake, guest);
    unwrap(guest.apply(change(RemoveFile{own + "job-1/journal.json"})));
    test::message_of(plan_revert(guest, ""), H2K_ERROR_SOURCE);
    // A kept original is preferred to the report, where it still exists.
    g_assert_true(holds(shown(unwrap(plan_revert_by(guest, journal))), "copy /etc/fstab\n"));
    for (const char *file : {"fstab", "gone", "other", "to-link"})
        unwrap(guest.apply(change(RemoveFile{own + "job-1/files/etc/" + file})));
    const auto plan = unwrap(plan_revert_by(guest, journal));
    assert_equal(
        shown(plan),
        "write /etc/fstab\nwrite /etc/gone\nremove /etc/made/by/us\nremove /etc/new-link\n"
        "write /etc/other\nlink /etc/resolv.conf\nremove /etc/made/by\nremove /etc/made\nwrite " +
            own +
            "job-1/reverted.json\n"
            "“/etc/gone” is created again, owned by root and with mode 0644: its former owner and mode are not "
            "recorded.\n“/etc/to-link” stays as it is: its original is gone.\n");
    carry_out(guest, plan);
    for (const char *path : {"/etc/fstab", "/etc/gone", "/etc/other"})
        assert_equal(content(guest, path), fake.files.at(path));
    g_assert_true(unwrap(plan_revert_by(guest, journal)).changes.empty());
}

void reports_are_read() {
    const std::string head = R"({"kind": "report", "action": "import", "job": "j", "artifacts": [{"type": )"
                             R"("converted_image", "path": "/out/a.qcow2"}, {"type": "journal", "path": "/x"}, 7])";
    const auto old = read_report_journal(head + R"(, "changes": [{"kind": "write", "path": "/etc/fstab"},
        {"kind": "write", "path": "/etc/fstab"}, {"kind": "remove", "path": "/../x"}, {"kind": "run", "command": ["/bin/x"],
        "reason": "So."}, {"kind": "label", "labels": [{"path": "/etc/fstab"}, {"path": "/opt"}, {"path": "x"}]}]})");
    assert_equal(join(old.value().images, " "), "/out/a.qcow2");
    const auto fake = before();
    assert_equal(shown(unwrap(plan_revert_by(Overlay{fake}, *old))),
                 "write " + own +
                     "j/reverted.json\n“/etc/fstab” stays as it is: the report does not say what it was.\n"
                     "What the command “/bin/x” did beyond the files that were kept cannot be reverted. Why it ran: "
                     "So.\n1 file keeps the SELinux label that the repair gave it: “/opt”.\n");
    // A sum that is not that of what the diff leads to.
    const auto sum = unwrap(Overlay{fake}.sha256("/etc/fstab"));
    const auto lies = read_report_journal(head + R"(, "files": [{"path": "/etc/fstab", "first": "kept", "copy": ")" +
                                          own + R"(j/files/etc/fstab", "left_sha256": ")" + sum +
                                          R"(", "first_sha256": "00", "diff": "--- a\n+++ b\n"}]})");
    g_assert_true(holds(shown(unwrap(plan_revert_by(Overlay{fake}, lies.value()))), "its original is gone."));
    for (const std::string bad : {"", "[]", "7", R"({"kind": "report", "action": "import", "job": "../j"})",
                                  R"({"kind": "report", "action": "revert", "job": "j"})",
                                  R"({"kind": "journal", "action": "import", "job": "j"})", "/* \" */ [[ \" ]]"})
        g_assert_false(read_report_journal(bad).has_value());
    for (const std::string open : {"[", "{\"a\":", "{\"[\\\"\":[", "'\"'["}) {
        std::string deep;
        while (deep.size() < 4000000)
            deep += open;
        g_assert_false(read_report_journal(deep).has_value());
        g_assert_false(read_guest_journal(deep, "j").has_value());
    }
}

/// Byte for byte as that version wrote it: tests/data/revert/README.md.
void an_old_journal_is_reverted() {
    const std::string folder = std::string{g_getenv("H2K_SOURCE_ROOT")} + "/tests/data/revert/import-0.1.0";
    const auto old = unwrap(test::load_case(folder));
    Overlay guest{old.guest};
    const auto plan = unwrap(plan_revert(guest, ""));
    assert_equal(join(plan.jobs, " "), "20260102-030405-1");
    assert_equal(
        shown_left(plan),
        "“/boot/initrd.img-6.1.0-17-amd64” stays the image that was built for KVM: there was no space to keep its "
        "original. The guest's own tool can rebuild it.\n"
        "“/etc/network/interfaces.d/eth0” stays as it is: the guest has changed it since the repair.\n"
        "What the command “/usr/bin/dpkg --purge open-vm-tools” did beyond the files that were kept cannot be "
        "reverted. Why it ran: The old hypervisor's tools are removed by the guest's own package manager.\n"
        "1 file keeps the SELinux label that the repair gave it: “/etc/machine-id”.\n");
    carry_out(guest, plan);

    const auto after = unwrap(test::read_tree(folder + "/after"));
    std::set<std::string> paths;
    for (const auto &[path, content] : old.guest.files)
        if (!path.starts_with(own))
            paths.insert(path);
    for (const auto &[path, content] : after)
        paths.insert(path);
    for (const auto &path : paths)
        assert_equal(path + ": " + content(guest, path),
                     path + ": " + (after.contains(path) ? after.at(path) : "(none)"));
    assert_equal(unwrap(guest.link("/etc/resolv.conf")).value_or(""), "../run/resolvconf/resolv.conf");
    assert_equal(unwrap(guest.link("/etc/systemd/system/multi-user.target.wants/open-vm-tools.service")).value_or(""),
                 "/lib/systemd/system/open-vm-tools.service");
    g_assert_false(unwrap(guest.link("/etc/systemd/system/vgauth.service")).has_value());
    g_assert_true(unwrap(plan_revert(guest, "")).changes.empty());
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/revert/everything", everything_goes_back);
    g_test_add_func("/revert/changed-since", what_the_guest_changed_stays);
    g_test_add_func("/revert/jobs", jobs_go_back_in_turn);
    g_test_add_func("/revert/through-a-link", through_a_link);
    g_test_add_func("/revert/hostile", hostile_journals);
    g_test_add_func("/revert/diffs", diffs_are_taken_back);
    g_test_add_func("/revert/by-a-report", goes_back_by_a_report);
    g_test_add_func("/revert/reports", reports_are_read);
    g_test_add_func("/revert/old-journal", an_old_journal_is_reverted);
    return g_test_run();
}
