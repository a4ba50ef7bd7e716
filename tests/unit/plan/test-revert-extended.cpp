// SPDX-License-Identifier: LGPL-2.1-or-later
// An image that a repair extended is cut back to what it was.
#include "convert/apply/apply.h"
#include "convert/base/text.h"
#include "convert/plan/revert.h"
#include "tests/support/fake_guest.h"
#include "tests/support/growing_guest.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

const std::string own = "/var/lib/virt-hyper2kvm/", image = "/boot/initrd";
const std::string changed = "“/boot/initrd” stays as it is: the guest has changed it since the repair.\n";
const std::string gone = "“/boot/initrd” stays as it is: its original is gone.\n";

Change change(decltype(Change::action) action) { return {"linux.initramfs", "Because.", std::move(action)}; }

Change extend(const std::string &path, const std::string &with) {
    return change(ExtendInitramfs{
        .kernel = "6.1", .image = path, .files = {{.name = "x", .from = {}, .content = with}}, .modules = {}});
}

std::string content(const GuestView &guest, const std::string &path) {
    return unwrap(guest.read(path)).value_or("(none)");
}

test::FakeGuest before() {
    test::FakeGuest fake;
    fake.files[image] = "image";
    fake.images[image] = {};
    return fake;
}

/// The cuts of images, and what stays.
std::string shown(const RevertPlan &plan) {
    std::string text;
    for (const auto &one : plan.changes)
        if (std::string_view{kind_of(one)} != "write")
            text += facts_of(one).shown;
    for (const auto &left : plan.left)
        text += left.text + "\n";
    return text;
}

void carry_out(Guest &guest, const RevertPlan &plan) {
    for (const auto &one : plan.changes)
        unwrap(guest.apply(one));
}

void repairs_in_a_row() {
    const auto fake = before();
    test::GrowingGuest guest{fake};
    unwrap(apply_changes(guest, "20260101-1", {extend(image, "+1")}, {}, nullptr));
    unwrap(apply_changes(guest, "20260102-1", {extend(image, "+2")}, {}, nullptr));
    assert_equal(shown(unwrap(plan_revert(guest, ""))), "/boot/initrd <= 7 B\n/boot/initrd <= 5 B\n");
    assert_equal(shown(unwrap(plan_revert(guest, "20260101-1"))), changed);
    carry_out(guest, unwrap(plan_revert(guest, "20260102-1")));
    assert_equal(content(guest, image), "image+1");
    carry_out(guest, unwrap(plan_revert(guest, "")));
    assert_equal(content(guest, image), "image");
    g_assert_true(unwrap(plan_revert(guest, "")).changes.empty());
}

/// A job of a version that kept copies, before one that notes lengths, and one that rebuilds between them.
void beside_copies() {
    const auto fake = before();
    test::GrowingGuest guest{fake};
    guest.leaves = "rebuilt";
    unwrap(apply_changes(guest, "20260101-1", {extend(image, "+1")}, {}, nullptr));
    unwrap(apply_changes(guest, "20260102-1",
                         {change(RebuildInitramfs{.kernel = "6.1", .image = image, .modules = {}, .argv = {"make"}})},
                         {}, nullptr));
    unwrap(apply_changes(guest, "20260103-1", {extend(image, "+3")}, {}, nullptr));
    assert_equal(content(guest, image), "rebuilt+3");
    const auto plan = unwrap(plan_revert(guest, ""));
    assert_equal(shown(plan), "/boot/initrd <= 7 B\n" + own + "20260102-1/files/boot/initrd => /boot/initrd\n" +
                                  "/boot/initrd <= 5 B\n");
    carry_out(guest, plan);
    assert_equal(content(guest, image), "image");
}

void the_guest_changed_it() {
    const auto fake = before();
    for (const char *now : {"image", "image+1+more", "another", "imag", ""}) {
        test::GrowingGuest guest{fake};
        unwrap(apply_changes(guest, "job-1", {extend(image, "+1")}, {}, nullptr));
        unwrap(guest.apply(change(WriteFile{.path = image, .content = now})));
        assert_equal(shown(unwrap(plan_revert(guest, ""))), std::string_view{now} == "image" ? "" : changed);
    }
}

void through_links() {
    auto fake = before();
    fake.links = {{"/initrd.img", "/boot/current"}, {"/boot/current", image}};
    test::GrowingGuest guest{fake};
    unwrap(apply_changes(guest, "20260101-1", {extend("/initrd.img", "+1")}, {}, nullptr));
    unwrap(apply_changes(guest, "20260102-1", {extend("/boot/current", "+2")}, {}, nullptr));
    assert_equal(content(guest, image), "image+1+2");
    const auto plan = unwrap(plan_revert(guest, ""));
    assert_equal(shown(plan), "/boot/initrd <= 7 B\n/boot/initrd <= 5 B\n");
    carry_out(guest, plan);
    assert_equal(content(guest, image), "image");
    assert_equal(unwrap(guest.link("/initrd.img")).value_or(""), "/boot/current");
    assert_equal(unwrap(guest.link("/boot/current")).value_or(""), image);
}

void by_a_report() {
    const auto fake = before();
    test::GrowingGuest guest{fake};
    unwrap(apply_changes(guest, "job-1", {extend(image, "+1")}, {}, nullptr));
    auto text = content(guest, own + "job-1/journal.json");
    unwrap(guest.apply(change(RemoveFile{own + "job-1/journal.json"})));
    text.replace(text.find("\"journal\""), 9, "\"report\", \"action\": \"import\"");
    const auto report = read_report_journal(text);
    carry_out(guest, unwrap(plan_revert_by(guest, report.value())));
    assert_equal(content(guest, image), "image");
}

void journals_that_lie() {
    const auto fake = before();
    const auto planned = [&](const std::string &members) {
        test::GrowingGuest guest{fake};
        unwrap(guest.apply(change(WriteFile{.path = own + "j/journal.json",
                                            .content = R"({"kind": "journal", "job": "j", "files": [{"path": ")" +
                                                       image + R"(", "first": "extended", "left_sha256": ")" +
                                                       sha256_of("image") + "\"" + members + "}]}"})));
        return shown(unwrap(plan_revert(guest, "")));
    };
    const auto first = R"(, "first_sha256": ")" + sha256_of("im") + "\"";
    assert_equal(planned(first + R"(, "first_bytes": 2)"), "/boot/initrd <= 2 B\n");
    for (const std::string bytes : {"3", "6", "0", "-1", "\"2\"", "18446744073709551618", "9223372036854775808", "2.0",
                                    "9223372036854775807", "null", "[2]"})
        assert_equal(planned(first + R"(, "first_bytes": )" + bytes), gone);
    assert_equal(planned(first), gone);
    assert_equal(planned(R"(, "first_bytes": 2)"), gone);
    assert_equal(planned(first + R"(, "first_bytes": 2, "copy": "/etc/shadow")"), "");
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/revert-extended/jobs", repairs_in_a_row);
    g_test_add_func("/revert-extended/copies", beside_copies);
    g_test_add_func("/revert-extended/changed-since", the_guest_changed_it);
    g_test_add_func("/revert-extended/links", through_links);
    g_test_add_func("/revert-extended/by-a-report", by_a_report);
    g_test_add_func("/revert-extended/lies", journals_that_lie);
    return g_test_run();
}
