// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A real domain whose boot sector asks for a passphrase on the serial port, as an encrypted guest does.
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/work_folder.h"
#include "convert/check/boot/boot_test.h"
#include "tests/support/test.h"
#include <filesystem>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

/// Code of the 8086, at 0x7c00: writes the first text to COM1, reads a line without an echo, and writes the second text
/// where the line was the word that is kept behind them; else it asks again.
constexpr char code[] = "\xfa\x31\xc0\x8e\xd8\x8e\xd0\xbc\x00\x7c\xba\xfb\x03\xb0\x03\xee"
                        "\xba\xf9\x03\x30\xc0\xee\xbe\x69\x7c\xe8\x35\x00\xbe\x99\x7c\xb3"
                        "\x01\xba\xfd\x03\xec\xa8\x01\x74\xf8\xba\xf8\x03\xec\x3c\x0a\x74"
                        "\x0e\x3a\x04\x74\x02\x30\xdb\x80\x3c\x00\x74\xe5\x46\xeb\xe2\x80"
                        "\x3c\x00\x75\xd2\x84\xdb\x74\xce\xbe\x8b\x7c\xe8\x03\x00\xf4\xeb"
                        "\xfd\xac\x84\xc0\x74\x12\x88\xc4\xba\xfd\x03\xec\xa8\x20\x74\xf8"
                        "\x88\xe0\xba\xf8\x03\xee\xeb\xe9\xc3";
constexpr char texts[] = "\r\nPlease unlock disk sda5_crypt: \0"
                         "\r\nbox login: \0"
                         "sesame";

class Silent final : public Progress {
  public:
    void step(const std::string &, double, const std::string &) override {}
    void notice(const std::string &, const Notice &) override {}
};

void make_disk(const std::string &folder) {
    std::string sector{code, sizeof code - 1};
    sector.append(texts, sizeof texts);
    sector.resize(510, '\0');
    sector += "\x55\xaa";
    sector.resize(1u << 20, '\0');
    unwrap(write_file(folder + "/disk.raw", sector));
    unwrap(require_command(
        {.argv = {"qemu-img", "convert", "-f", "raw", "-O", "qcow2", folder + "/disk.raw", folder + "/disk.qcow2"}},
        nullptr));
}

BootEvidence booted(const std::string &folder, std::vector<DiskKey> keys, unsigned seconds) {
    const auto work = unwrap(WorkFolder::create(folder));
    BootTestOrder order;
    auto &machine = order.domain.machine;
    machine.name = "passphrase";
    machine.memory = 256u << 20;
    machine.vcpus = 1;
    machine.firmware = Firmware::bios;
    const auto path = folder + "/disk.qcow2";
    machine.disks = {{.id = "disk0",
                      .top = {.path = path, .format = DiskFormat::qcow2, .bytes = 1u << 20},
                      .bus = Bus::virtio,
                      .files = {path}}};
    order.domain.osinfo = {.id = "http://debian.org/debian/11", .how = "exact"};
    order.domain.job = order.domain.source = "test";
    order.mode = BootTest::observe;
    order.timeout = seconds;
    order.keys = std::move(keys);
    order.work = work->file("boot");
    unwrap(make_folder(order.work, 0700));
    order.evidence = folder + "/evidence";
    Silent progress;
    return unwrap(boot_test(order, progress, nullptr));
}

void a_passphrase_is_typed() {
    const Owned<char> made{g_dir_make_tmp("h2ktest-XXXXXX", nullptr)};
    const std::string folder = made.get();
    make_disk(folder);
    const auto right = booted(folder, {{"all", Secret{"sesame"}, {}}}, 60);
    assert_equal(right.why, "The guest showed its login prompt on the serial console.");
    g_assert_true(right.proven());
    const auto wrong = booted(folder, {{"all", Secret{"a wrong one"}, {}}}, 15);
    g_assert_false(wrong.proven());
    const auto log = unwrap(read_file(wrong.serial_log, 1u << 20));
    g_assert_true(log.find("Please unlock disk") != std::string::npos && log.find("wrong") == std::string::npos);
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot/passphrase", a_passphrase_is_typed);
    return g_test_run();
}
