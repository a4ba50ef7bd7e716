// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/boot_orders.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "tests/support/test.h"
#include <filesystem>

namespace h2k::test {

void Notes::step(const std::string &, double, const std::string &message) { g_test_message("%s", message.c_str()); }

void Notes::notice(const std::string &, const Notice &notice) {
    g_test_message("%s: %s", name_of(notice.severity), notice.text.c_str());
    notices.add(notice);
}

Place::Place() : parent(g_dir_make_tmp("h2ktest-XXXXXX", nullptr)) { work = unwrap(WorkFolder::create(parent.get())); }

Place::~Place() {
    work.reset();
    std::error_code ignored;
    std::filesystem::remove_all(parent.get(), ignored);
}

Disk disk_of(const std::string &path, std::uint64_t bytes) {
    return {.id = "disk0",
            .top = {.path = path, .format = DiskFormat::qcow2, .bytes = bytes},
            .bus = Bus::virtio,
            .files = {path}};
}

void fill_order(BootTestOrder &order, const std::string &work, Disk disk) {
    auto &machine = order.domain.machine;
    machine.name = "boot-test";
    machine.memory = 768 * mib;
    machine.vcpus = 2;
    machine.firmware = Firmware::bios;
    machine.disks = {std::move(disk)};
    machine.nics = {{.mac = "00:50:56:8f:1a:01", .model = "virtio", .network = {}}};
    order.domain.osinfo = {.id = "http://debian.org/debian/11", .how = "exact"};
    order.domain.job = "test";
    order.domain.source = "test";
    order.mode = BootTest::observe;
    order.timeout = 12;
    order.work = work;
}

BootTestOrder order_for(const Place &place, Disk disk) {
    BootTestOrder order;
    fill_order(order, place.work->file("boot"), std::move(disk));
    unwrap(make_folder(order.work, 0700));
    order.evidence = place.at("evidence");
    return order;
}

std::optional<Disk> tiny_guest(const Place &place, const std::string &script,
                               const std::vector<std::pair<std::string, std::string>> &files) {
    const auto tree = place.at("tree"), path = place.at("tiny.qcow2");
    unwrap(make_folder(tree, 0755));
    unwrap(write_file(tree + "/test.sh", script));
    for (const auto &[name, content] : files)
        unwrap(write_file(tree + "/" + name, content));
    const auto maker = std::string{g_getenv("H2K_SOURCE_ROOT")} + "/tests/support/make-tiny-guest";
    const auto made = unwrap(run_command({.argv = {maker, path, tree}}, nullptr));
    if (made.status == 77) {
        g_test_skip(std::string{trim(made.errors)}.c_str());
        return std::nullopt;
    }
    if (made.status != 0)
        g_error("%s", made.errors.c_str());
    return disk_of(path, 24 * mib);
}

} // namespace h2k::test
