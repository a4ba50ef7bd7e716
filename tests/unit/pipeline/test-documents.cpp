// SPDX-License-Identifier: LGPL-2.1-or-later
// Every member of the documents that docs/json.md describes, against tests/data/documents.
#include "convert/pipeline/report/documents.h"
#include "tests/support/golden.h"
#include "tests/support/sample_documents.h"
#include <algorithm>

using namespace h2k;
using test::assert_equal;
using test::carried;
using test::guest;
using test::packaged;
using test::plan;
using test::report;
using test::unwrap;

namespace {

void check(const std::string &name, const std::string &made) {
    test::check_golden("tests/data/documents/" + name + ".json", made);
}

bool holds(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

} // namespace

static void inspection_is_stable() {
    const auto found = guest();
    check("inspection", inspection_json(carried(), &found));
}

/// Without its content, a guest is what its metadata says.
static void metadata_stands_alone() { check("metadata", inspection_json(packaged(), nullptr)); }

static void interfaces_are_shown() {
    const auto found = guest();
    const auto text = inspection_text(carried(), &found);
    g_assert_true(holds(text, "Interface: ens192, ethernet, 00:0c:29:11:22:33, DHCPv6, 192.0.2.5/24 2001:db8::5/64, "
                              "gateway 192.0.2.1 (netplan, /etc/netplan/50-cloud-init.yaml)\n"));
    g_assert_true(holds(text, "Interface: bond0.10, vlan, of a b, VLAN 10, on bond0, DHCP (networkd, "));
}

static void plan_is_stable() {
    check("plan", unwrap(plan_json(carried(), plan(), nullptr)));
    const auto text = unwrap(plan_text(carried(), plan(), nullptr));
    g_assert_true(holds(text, "\nCD-ROM:    the seed of cloud-init"));
    g_assert_true(holds(text, "\nRepair:    linux.fstab: names file systems\n"));
    g_assert_false(holds(text, "Repair:    linux.cloud"));
    g_assert_true(holds(text, "\nNote:      A line is odd.\n"));
    g_assert_true(holds(text, "\nWarning:   linux.cloud was skipped: Its file is not read.\n"));
}

/// Not what is written, nor what is replaced.
static void secrets_are_not_shown() {
    RepairPlan p;
    p.before["/etc/shadow"] = "root:$6$old";
    p.changes.push_back({"linux.users", "r", WriteFile{"/etc/shadow", "root:$6$new", 0}});
    p.changes.push_back({"linux.users", "r", WriteFile{"/etc/passwd", "root:$1$new:0:0::/root:/bin/sh\n"}});
    p.changes.push_back({"x", "r", WriteFile{"/etc/NetworkManager/system-connections/a", "psk=$6$new"}});
    p.changes.push_back({"x", "r", WriteFile{"/srv/own", "$6$new", 0600}});
    p.changes.push_back({"x", "r", RemoveFile{"/var/lib/systemd/random-seed"}});
    const auto text = unwrap(plan_text(carried(), p, nullptr)), json = unwrap(plan_json(carried(), p, nullptr));
    for (const auto &made : {text, json})
        g_assert_false(holds(made, "$6$") || holds(made, "$1$"));
    g_assert_true(holds(text, "/etc/shadow (content not shown)"));
    g_assert_true(holds(json, "(content not shown)"));
}

static void report_is_stable() { check("report", report_json(report())); }

/// A system without a name is still one.
static void only_an_unknown_system_is_not_recognised() {
    auto r = report();
    r.plan->guest.pretty_name.clear();
    g_assert_false(holds(report_text(r, false), "not recognised"));
    r.plan->guest.system = {};
    g_assert_true(report_text(r, false).starts_with("Guest:     not recognised\n"));
}

/// One line a concern; its files are listed on request.
static void summary_is_grouped_by_concern() {
    auto r = report();
    r.path = "/images/report.json";
    r.applied.insert(r.applied.begin() + 1,
                     Applied{.change = {"linux.fstab", "It is stale.", RemoveFile{"/etc/fstab.old"}}, .kept = {}});
    assert_equal(report_text(r, false), "Guest:     Debian\uFFFD 12\n"
                                        "Changed:   linux.fstab: names file systems (2 files)\n"
                                        "Changed:   linux.network-names: 1 file\n"
                                        "Changed:   linux.grub\n"
                                        "Changed:   linux.initramfs: 1 file\n"
                                        "Disk:      /images/app.qcow2\n"
                                        "Disk:      /pool/app\n"
                                        "File:      /images/app-cdrom.iso\n"
                                        "File:      /images/app-cidata.iso\n"
                                        "File:      /images/app.xml\n"
                                        "Domain:    app\n"
                                        "Report:    /images/report.json\n"
                                        "Boot:      NOT proven. The guest came up, but not all of its fstab.\n"
                                        "  root     /dev/vda1 (virtio_blk)\n"
                                        "  mounted  / /dev/vda1 ext4\n"
                                        "  mounted  /srv/my\\040data /dev/mapper/vg-srv xfs\n"
                                        "  mounted  /srv/a b /dev/vdb1 ext4\n"
                                        "  card     ens192 00:0c:29:11:22:33 virtio_net\n"
                                        "  address  ens192 192.0.2.7/24\n"
                                        "  failed   app.service\n"
                                        "  gave up  dev-sdb1.device\n"
                                        "  ran on   tcg\n"
                                        "  network  isolated\n");
    const auto text = report_text(r, true);
    g_assert_true(holds(text, "Changed:   linux.fstab: names file systems (2 files)\n"
                              "  file     /etc/fstab\n"
                              "  file     /etc/fstab.old\n"
                              "Changed:   linux.network-names: 1 file\n"));
    g_assert_true(holds(text, "Changed:   linux.grub\n  step     Its menu is old.\n"));
}

/// A direct start is never called a proof.
static void direct_start_has_its_own_grade() {
    Report r = report();
    r.boot->grade = BootGrade::starts_directly;
    r.boot->start = StartedBy::kernel;
    r.boot->kernel_image = "vmlinux";
    r.boot->added_arguments = "nokaslr";
    r.boot->untested = "Its boot loader was not tested.";
    const auto text = report_text(r, false), json = report_json(r);
    g_assert_true(holds(text,
                        "\nBoot:      the guest boots when it is started directly; its boot loader was not tested. "
                        "The guest came up, but not all of its fstab.\n"));
    g_assert_true(holds(text, "\n  started  Its boot loader was not tested.\n"));
    g_assert_false(holds(text, "roven"));
    g_assert_true(holds(json, "\"proven\" : false,\n    \"grade\" : \"starts-directly\",\n    \"start\" : \"kernel\",\n"
                              "    \"kernel_image\" : \"vmlinux\",\n    \"added_arguments\" : \"nokaslr\","));
    g_assert_true(holds(json, "\"untested\" : \"Its boot loader was not tested.\""));
}

/// Of what is unknown, lists are there and empty, and all else is left out.
static void unknown_is_left_out() {
    const Inspection nothing;
    check("unknown", inspection_json(CarryPlan{}, &nothing));
}

static void changes_say_how_far_it_came() {
    Report r = report();
    r.applied.clear();
    g_assert_false(holds(report_json(r), "\"outcome\" : \"planned\""));
    r.stages.resize(1);
    g_assert_true(holds(report_json(r), "\"outcome\" : \"planned\""));
    r.action = Action::boot_test;
    g_assert_true(holds(report_json(r), "\"changes\" : []"));
    r.plan = RepairPlan{.guest = guest()}; // inspected, and not planned yet
    g_assert_false(holds(report_json(r), "\"target\" : "));
}

static void one_line_is_one_line() {
    const auto text = report_json(report(), true);
    g_assert_cmpint(std::ranges::count(text, '\n'), ==, 1);
    g_assert_true(
        holds(text, "\"duration_seconds\":0.275,\"stages\":{\"describe\":{\"success\":true,\"duration\":0.0,"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/documents/inspection", inspection_is_stable);
    g_test_add_func("/documents/metadata", metadata_stands_alone);
    g_test_add_func("/documents/interfaces", interfaces_are_shown);
    g_test_add_func("/documents/plan", plan_is_stable);
    g_test_add_func("/documents/secrets", secrets_are_not_shown);
    g_test_add_func("/documents/report", report_is_stable);
    g_test_add_func("/documents/unknown-system", only_an_unknown_system_is_not_recognised);
    g_test_add_func("/documents/summary", summary_is_grouped_by_concern);
    g_test_add_func("/documents/direct-start", direct_start_has_its_own_grade);
    g_test_add_func("/documents/unknown", unknown_is_left_out);
    g_test_add_func("/documents/changes", changes_say_how_far_it_came);
    g_test_add_func("/documents/one-line", one_line_is_one_line);
    return g_test_run();
}
