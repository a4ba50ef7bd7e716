// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/apply.h"
#include "convert/apply/revert.h"
#include "convert/base/text.h"
#include "convert/model/overlay.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

const std::string own = "/var/lib/virt-hyper2kvm/";

Change change(decltype(Change::action) action) { return {"linux.test", "Because.", std::move(action)}; }

Change write(const std::string &path, const std::string &content) {
    return change(WriteFile{.path = path, .content = content});
}

std::string content(const GuestView &guest, const std::string &path) {
    return unwrap(guest.read(path)).value_or("(none)");
}

/// Kind and path of each change, and then what stays.
std::string shown(const RevertPlan &plan) {
    std::string text;
    for (const auto &c : plan.changes)
        text += std::string{kind_of(c)} + " " + path_of(c) + "\n";
    for (const auto &left : plan.left)
        text += left + "\n";
    return text;
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
    unwrap(apply_changes(guest, "job-1", changes, {}, nullptr));
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
                     "“/etc/other” stays as it is: its first version is gone.\n"
                     "What the command “/usr/bin/dpkg --purge open-vm-tools” did beyond the files that were kept "
                     "cannot be taken back.\n");
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
    const std::string none = "The guest has no journal of a repair, so nothing says what it was before.";
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
                         "What the command “” did beyond the files that were kept cannot be taken back.\n");
    Overlay guest{fake};
    test::message_of(plan_revert(guest, "../x"), H2K_ERROR_USAGE);
    test::message_of(plan_revert(guest, "no-such-job"), H2K_ERROR_SOURCE);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/revert/everything", everything_goes_back);
    g_test_add_func("/revert/changed-since", what_the_guest_changed_stays);
    g_test_add_func("/revert/jobs", jobs_go_back_in_turn);
    g_test_add_func("/revert/through-a-link", through_a_link);
    g_test_add_func("/revert/hostile", hostile_journals);
    return g_test_run();
}
