// SPDX-License-Identifier: LGPL-2.1-or-later
// Every member of the documents that docs/json.md describes, against tests/data/documents.
#include "convert/pipeline/report/documents.h"
#include "convert/pipeline/report/report.h"
#include "tests/support/golden.h"
#include <algorithm>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

constexpr auto uuid = "0b9a6c9e-4f0e-4d0b-9a55-7d1f3c1f2a10";
constexpr auto fstab = "/dev/sda1 / ext4 defaults 0 1\n";
constexpr auto new_fstab = "UUID=0b9a6c9e-4f0e-4d0b-9a55-7d1f3c1f2a10 / ext4 defaults 0 1\n";

CarryPlan carried() {
    CarryPlan plan;
    plan.source = {.name = "app",
                   .uuid = "564d9a3c-0000-1111-2222-333344445555",
                   .memory = 2ull << 30,
                   .vcpus = 2,
                   .firmware = Firmware::uefi,
                   .secure_boot = true,
                   .disks = {{.id = "disk0",
                              .top = {.path = "/import/app.vmdk",
                                      .format = DiskFormat::vmdk,
                                      .subformat = "twoGbMaxExtentSparse",
                                      .bytes = 8ull << 30},
                              .bus = Bus::scsi,
                              .files = {"/import/app.vmdk", "/import/app-s001.vmdk"}}},
                   .nics = {{.mac = "00:0c:29:11:22:33", .model = "vmxnet3", .network = "VM Network"}, {}}};
    plan.warnings = {"The disk was in use."};
    return plan;
}

Inspection guest() {
    Inspection facts;
    auto &system = facts.system.emplace<LinuxFacts>();
    system.distro = "debian";
    facts.version = "12";
    facts.pretty_name = "Debian\xff 12"; // not UTF-8
    facts.arch = "x86_64";
    facts.hostname = "app";
    system.init = "systemd";
    system.packages = "deb";
    system.initramfs_tool = "initramfs-tools";
    facts.firmware = Firmware::uefi;
    facts.root = "/dev/sda1";
    facts.devices = {{.name = "/dev/sda", .bytes = 8ull << 30},
                     {.name = "/dev/sda1",
                      .type = "ext4",
                      .uuid = uuid,
                      .label = "root",
                      .partuuid = "1f2e3d4c-01",
                      .partlabel = "Linux",
                      .disk = 0,
                      .partition = 1,
                      .bytes = 7ull << 30}};
    facts.mounts = {{.device = "/dev/sda1", .path = "/", .type = "ext4", .options = "defaults"}};
    system.kernels = {
        {.version = "6.1.0-18-amd64", .image = "/boot/vmlinuz-6.1.0-18-amd64", .initramfs = "/boot/initrd.img"},
        {.version = "6.1.0-17-amd64", .image = {}, .initramfs = {}}};
    facts.interfaces = {{.name = "ens192",
                         .kind = "ethernet",
                         .mac = "00:0c:29:11:22:33",
                         .addresses = {"192.0.2.5/24", "2001:db8::5/64"},
                         .dhcp6 = true,
                         .gateways = {"192.0.2.1"},
                         .backend = "netplan",
                         .file = "/etc/netplan/50-cloud-init.yaml"},
                        {.name = "bond0.10",
                         .kind = "vlan",
                         .members = {"a", "b"},
                         .parent = "bond0",
                         .vlan = 10,
                         .dhcp4 = true,
                         .backend = "networkd",
                         .file = "/etc/systemd/network/20-bond0.10.network"}};
    facts.warnings = {"One file system is not mounted."};
    return facts;
}

std::vector<Change> changes() {
    return {
        {.fixer = "linux.fstab",
         .reason = "Its devices have other names.",
         .action = WriteFile{.path = "/etc/fstab", .content = new_fstab}},
        {.fixer = "linux.network-names", .reason = "It is stale.", .action = RemoveFile{.path = "/etc/udev/old.rules"}},
        {.fixer = "linux.grub", .reason = "Its menu is made anew.", .action = RunInGuest{.argv = {"update-grub"}}},
        {.fixer = "linux.initramfs",
         .reason = "It lacks virtio.",
         .action = RebuildInitramfs{.kernel = "6.1.0-18-amd64",
                                    .image = "/boot/initrd.img",
                                    .modules = {"virtio_blk", "virtio_pci"},
                                    .argv = {"update-initramfs", "-u", "-k", "6.1.0-18-amd64"}}}};
}

RepairPlan plan() {
    RepairPlan plan;
    plan.guest = guest();
    plan.fixers = {
        {.fixer = "linux.fstab",
         .outcome = Outcome::planned,
         .why = {},
         .warnings = {"A line is odd.", "The disk was in use."},
         .summary = "names file systems"},
        {.fixer = "linux.cloud", .outcome = Outcome::skipped, .why = "Its file is not read.", .warnings = {}},
        {.fixer = "linux.crypt", .outcome = Outcome::not_needed, .why = {}, .warnings = {}}};
    plan.changes = changes();
    plan.before = {{"/etc/fstab", fstab}, {"/etc/udev/old.rules", "SUBSYSTEM==\"net\"\n"}};
    plan.target = carried().source;
    plan.target.disks = {
        {.id = "disk0", .top = {.format = DiskFormat::qcow2, .bytes = 8ull << 30}, .bus = Bus::virtio}};
    plan.target.nics = {{.mac = "00:0c:29:11:22:33", .model = "virtio"}};
    plan.target.seed_iso.emplace();
    plan.osinfo = {"http://debian.org/debian/12", "exact"};
    plan.warnings = {"The disk was in use.", "One file system is not mounted."};
    return plan;
}

/// An image above another in one archive, a packed one and one in pieces: all that a disk can be.
CarryPlan packaged() {
    CarryPlan plan;
    plan.kind = "ova";
    auto &machine = plan.source;
    machine.name = "till";
    machine.uuid = "5b1c2f5e-8a1d-4c3b-9f60-0d2e4f6a8c10";
    machine.memory = 3ull << 30;
    machine.vcpus = 6;
    machine.cores = 3;
    machine.firmware = Firmware::uefi;
    machine.tpm = true;
    machine.description = "Till of the shop\non the corner";
    machine.os_type = "debian11_64Guest";
    machine.cdroms = {Bus::sata, Bus::ide};
    machine.disks = {{.id = "disk0",
                      .top = {.path = "/import/till.ova",
                              .window = Window{.offset = 0, .length = 5ull << 20},
                              .format = DiskFormat::vmdk,
                              .subformat = "monolithicSparse",
                              .bytes = 8ull << 30,
                              .identity = "1f2e3d4c"},
                      .bus = Bus::nvme,
                      .files = {"/import/till.ova"},
                      .below = {{.path = "/import/till.ova",
                                 .window = Window{.offset = 6ull << 20, .length = 7ull << 20},
                                 .format = DiskFormat::vmdk,
                                 .subformat = "streamOptimized",
                                 .bytes = 8ull << 30,
                                 .identity = "0a0b0c0d"},
                                {.path = "/import/base.img", .format = DiskFormat::raw, .bytes = 7ull << 30}}},
                     {.id = "disk1",
                      .bus = Bus::sata,
                      .files = {"/import/till.tar.gz"},
                      .fetch = Fetch{.pieces = {{.path = "/import/till.tar.gz"}},
                                     .members = {"till.ova", "data.vmdk"},
                                     .name = "data.vmdk",
                                     .most = 9ull << 30}},
                     {.id = "disk2",
                      .bus = Bus::scsi,
                      .files = {"/import/log.vmdk.000000000", "/import/log.vmdk.000000001"},
                      .fetch = Fetch{.pieces = {{.path = "/import/log.vmdk.000000000"},
                                                {.path = "/import/log.vmdk.000000001",
                                                 .window = Window{.offset = 512, .length = 1024}}},
                                     .members = {},
                                     .name = "log.vmdk",
                                     .most = 1}}};
    return plan;
}

BootEvidence evidence() {
    BootEvidence boot;
    boot.proven = false;
    boot.method = "probe";
    boot.accelerator = "tcg";
    boot.seconds = 41.00027500000002;
    boot.root_device = "/dev/vda1";
    boot.root_driver = "virtio_blk";
    boot.kernel = "6.1.0-18-amd64";
    boot.mounts = {"/ /dev/vda1 ext4", "/srv/my\\040data /dev/mapper/vg-srv xfs", "/srv/a b /dev/vdb1 ext4"};
    boot.missing_mounts = {"/srv/not\\040here"};
    boot.addresses = {"ens192 192.0.2.7/24"};
    boot.nics = {"ens192 00:0c:29:11:22:33 virtio_net"};
    boot.failed_units = {"app.service"};
    boot.why = "The guest came up, but not all of its fstab.";
    boot.serial_log = "/state/serial.log";
    boot.screenshot = "/state/screen.png";
    return boot;
}

/// An import whose boot is not proven.
Report report() {
    Report r;
    r.job = "20260102-030405-app";
    r.sources = {"/import/app.vmdk"};
    r.started = "2026-01-02T03:04:05.000006Z";
    r.seconds = 275.0 / 1000;
    r.stages = {
        {.stage = Stage::describe, .success = true, .seconds = 0.00027500000000000002, .error = {}, .steps = {}},
        {.stage = Stage::fix, .success = true, .seconds = 12, .error = {}, .steps = {{"apply", 9.1}, {"trim", 0.25}}},
        {.stage = Stage::validate, .success = false, .seconds = 41.5, .error = "Not proven.", .steps = {{"probe", 1}}}};
    r.artifacts = {
        {.type = "converted_image",
         .path = "/images/app.qcow2",
         .format = "qcow2",
         .bytes = 3ull << 29,
         .virtual_size = 8ull << 30},
        {.type = "converted_image", .path = "/pool/app", .format = "raw", .virtual_size = 1ull << 30},
        {.type = "seed_iso", .path = "/images/app-cidata.iso", .format = "iso", .bytes = 69632, .virtual_size = 69632},
        {.type = "domain_xml", .path = "/images/app.xml", .format = {}}};
    r.warnings = {{"describe", "The disk was in use.", "2026-01-02T03:04:06.000000Z"}};
    r.errors = {{"validate", "Not proven.", "2026-01-02T03:04:07.000000Z"}};
    r.carry = carried();
    r.plan = plan();
    r.plan->target.disks.front().top.path = "/images/app.qcow2";
    r.plan->target.seed_iso = "/images/app-cidata.iso";
    r.fixers = {{.fixer = "linux.fstab", .outcome = Outcome::done, .why = {}, .warnings = {"A line is odd."}},
                {.fixer = "linux.cloud", .outcome = Outcome::skipped, .why = "Its file is not read.", .warnings = {}}};
    for (const auto &change : changes())
        r.applied.push_back({.change = change, .kept = {}});
    r.applied.front().kept = {"/var/lib/virt-hyper2kvm/20260102-030405-app/files/etc/fstab"};
    r.files = {{.path = "/etc/fstab",
                .first = "kept",
                .copy = r.applied.front().kept.front(),
                .link = {},
                .left_link = std::nullopt,
                .left_sha256 = "02",
                .first_sha256 = "01",
                .diff = "--- a/etc/fstab\n+++ b/etc/fstab\n@@ -1 +1 @@\n-a\n+b\n"},
               {.path = "/etc/new", .first = "absent", .copy = {}, .link = {}, .left_link = "to", .left_sha256 = {}}};
    r.boot = evidence();
    r.domain = "app";
    r.connection = "qemu:///system";
    return r;
}

void check(const std::string &name, const std::string &made) {
    test::check_golden("tests/data/documents/" + name + ".json", made);
}

bool holds(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

} // namespace

static void inspection_is_stable() {
    const auto looked_at = guest();
    check("inspection", inspection_json(carried(), &looked_at));
}

/// Without its content, a guest is what its metadata says.
static void metadata_stands_alone() { check("metadata", inspection_json(packaged(), nullptr)); }

static void interfaces_are_told() {
    const auto looked_at = guest();
    const auto text = inspection_text(carried(), &looked_at);
    g_assert_true(holds(text, "Interface: ens192, ethernet, 00:0c:29:11:22:33, DHCPv6, 192.0.2.5/24 2001:db8::5/64, "
                              "gateway 192.0.2.1 (netplan, /etc/netplan/50-cloud-init.yaml)\n"));
    g_assert_true(holds(text, "Interface: bond0.10, vlan, of a b, number 10, on bond0, DHCP (networkd, "));
}

static void plan_is_stable() {
    check("plan", unwrap(plan_json(carried(), plan(), nullptr)));
    const auto text = unwrap(plan_text(carried(), plan(), nullptr));
    g_assert_true(holds(text, "\nCD-ROM:    the seed of cloud-init"));
    g_assert_true(holds(text, "\nRepair:    linux.fstab: names file systems\n"));
    g_assert_false(holds(text, "Repair:    linux.cloud"));
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

/// What little is known of nothing: lists are there and empty, all else is left out.
static void unknown_is_left_out() {
    const Inspection nothing;
    check("unknown", inspection_json(CarryPlan{}, &nothing));
}

static void changes_tell_how_far_it_came() {
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
    g_test_add_func("/documents/interfaces", interfaces_are_told);
    g_test_add_func("/documents/plan", plan_is_stable);
    g_test_add_func("/documents/secrets", secrets_are_not_shown);
    g_test_add_func("/documents/report", report_is_stable);
    g_test_add_func("/documents/unknown", unknown_is_left_out);
    g_test_add_func("/documents/changes", changes_tell_how_far_it_came);
    g_test_add_func("/documents/one-line", one_line_is_one_line);
    return g_test_run();
}
