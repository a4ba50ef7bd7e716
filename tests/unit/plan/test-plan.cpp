// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/plan/plan.h"
#include "fixers/linux/fixers.h"
#include "tests/support/fake_guest.h"
#include "tests/support/notices.h"
#include "tests/support/test.h"
#include <algorithm>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static void a_linux_guest_gets_every_fixer() {
    const auto plan = unwrap(make_plan({}, {}, {.system = LinuxFacts{}}, test::FakeGuest{}));
    const auto &table = linux_fixers();
    std::vector<Fixer> fixers{table.fixers.begin(), table.fixers.end()};
    std::ranges::stable_sort(fixers, {}, &Fixer::phase);
    g_assert_cmpuint(plan.fixers.size(), ==, fixers.size() + 1);
    for (std::size_t i = 0; i < fixers.size(); ++i) {
        assert_equal(plan.fixers[i].fixer, fixers[i].id);
        assert_equal(plan.fixers[i].summary, fixers[i].summary);
    }
    assert_equal(plan.fixers.back().fixer, table.last->id);
    assert_equal(join(test::texts_of(plan.notices), "\n"),
                 "The guest gets SATA disks and e1000e network cards, which nearly every system has drivers for, since "
                 "it is not known which drivers its kernel and initramfs have.");
}

static void the_last_one_sees_what_the_others_plan() {
    test::FakeGuest guest;
    guest.files["/etc/machine-id"] = "0123456789abcdef0123456789abcdef\n";
    guest.files["/etc/selinux/config"] = "SELINUX=enforcing\nSELINUXTYPE=targeted\n";
    guest.files["/etc/selinux/targeted/contexts/files/file_contexts"] = "/etc(/.*)?\tsystem_u:object_r:etc_t:s0\n";
    Request request;
    request.repair.machine_id = MachineId::renew;
    const auto plan = unwrap(make_plan(request, {}, {.system = LinuxFacts{}}, guest));
    assert_equal(plan.changes.front().fixer + " " + path_of(plan.changes.front()), "linux.identity /etc/machine-id");
    assert_equal(plan.changes.back().fixer, "linux.selinux");
    const auto &labels = std::get<SetLabels>(plan.changes.back().action).labels;
    g_assert_true(std::ranges::find(labels, std::pair<std::string, std::string>{
                                                "/etc/machine-id", "system_u:object_r:etc_t:s0"}) != labels.end());
    assert_equal(plan.before.at("/etc/machine-id"), guest.files["/etc/machine-id"]);
}

static void what_not_all_can_read_is_closed() {
    test::FakeGuest guest;
    guest.files["/etc/machine-id"] = "0123456789abcdef0123456789abcdef\n";
    Request request;
    request.repair.machine_id = MachineId::renew;
    const auto hides = [&](const RepairPlan &plan) { return plan.hides(facts_of(plan.changes.front())); };
    g_assert_false(hides(unwrap(make_plan(request, {}, {.system = LinuxFacts{}}, guest))));
    guest.closed = {"/etc/machine-id"};
    const auto plan = unwrap(make_plan(request, {}, {.system = LinuxFacts{}}, guest));
    assert_equal(path_of(plan.changes.front()), "/etc/machine-id");
    g_assert_true(hides(plan) && !plan.before.contains("/etc/machine-id"));

    // A file that is made secret stays so, whatever the later changes say of its mode.
    RepairPlan own;
    const Change first{"f", "r", WriteFile{.path = "/etc/new", .content = "a", .mode = 0600}};
    const Change second{"f", "r", WriteFile{.path = "/etc/new", .content = "b"}};
    const Change copy{"f", "r", CopyFile{.path = "/etc/copy", .from = "/etc/machine-id"}};
    g_assert_false(own.hides(facts_of(second)));
    for (const auto *change : {&first, &second, &copy})
        unwrap(note_closed(own, *change, guest));
    g_assert_true(own.hides(facts_of(second)) && own.hides(facts_of(copy)));
}

static void an_unknown_system_is_left_alone() {
    const auto plan = unwrap(make_plan({}, {}, {}, test::FakeGuest{}));
    g_assert_true(plan.fixers.empty() && plan.changes.empty());
    assert_equal(join(test::texts_of(plan.notices), "\n"),
                 "The guest gets SATA disks and e1000e network cards, which nearly every system has drivers for, since "
                 "its operating system is not known here.\n"
                 "The guest's operating system is not known here, so nothing in it is repaired.");
    Request request;
    request.repair.machine_id = MachineId::renew;
    const auto asked = unwrap(make_plan(request, {}, {}, test::FakeGuest{}));
    g_assert_true(std::ranges::any_of(asked.notices, [](const auto &one) { return one.id == "guest.not-configured"; }));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/plan/linux", a_linux_guest_gets_every_fixer);
    g_test_add_func("/plan/last", the_last_one_sees_what_the_others_plan);
    g_test_add_func("/plan/closed", what_not_all_can_read_is_closed);
    g_test_add_func("/plan/unknown", an_unknown_system_is_left_alone);
    return g_test_run();
}
