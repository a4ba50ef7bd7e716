// SPDX-License-Identifier: LGPL-2.1-or-later
// Encrypted volumes in the direct lane: those that QEMU opens are what they are in the appliance.
#include "convert/base/text.h"
#include "convert/direct/lane.h"
#include "tests/integration/luks_disks.h"
#include "tests/support/notices.h"
#include <chrono>

using namespace h2k;
using namespace h2k::test;

namespace {

constexpr const char *root = "/dev/vg-a/root";

DiskKey key(const std::string &selector, const std::string &secret = passphrase) {
    return {.selector = selector, .secret = Secret{std::string{secret}}, .file = {}};
}

/// All members, as text.
std::string text_of(const std::vector<BlockDevice> &devices) {
    std::string text;
    for (const auto &d : devices)
        text += join({d.name, d.type, d.uuid, d.label, d.partuuid, d.partlabel, d.parttype, std::to_string(d.disk),
                      std::to_string(d.partition), std::to_string(d.bytes), name_of(d.lock), d.degraded ? "1" : "0",
                      join(d.below, ","), join(d.names, ",")},
                     "|") +
                "\n";
    return text;
}

/// Disks that a kernel has filled, and how it lists them.
struct Filled {
    LuksDisks disks;
    std::vector<BlockDevice> closed, open;
    std::string opened; ///< the device in /dev/sda1
};

const std::vector<DiskKey> &right_keys() {
    static const std::vector<DiskKey> keys{key("/dev/sda1"), key("/dev/sdb")};
    return keys;
}

Filled &filled() {
    static Filled made;
    if (made.open.empty()) {
        std::tie(made.closed, made.open) = made.disks.fill(right_keys());
        made.opened = "/dev/mapper/luks-" + device_named(made.open, "/dev/sda1")->uuid;
    }
    return made;
}

std::unique_ptr<Lane> lane_on(const Served &served) {
    return unwrap(open_direct_lane({.sockets = served.sockets()}, nullptr));
}

void same_devices() {
    auto &guest = filled();
    Served served{guest.disks.overlays()};
    auto lane = lane_on(served);
    assert_equal(text_of(unwrap(lane->devices())), text_of(guest.closed));
    Notices notices;
    const auto start = g_get_monotonic_time();
    unwrap(lane->open_encrypted(right_keys(), notices));
    g_test_message("two volumes open in %.1f ms", static_cast<double>(g_get_monotonic_time() - start) / 1000);
    g_test_message("%s", text_of(guest.open).c_str());
    assert_equal(text_of(unwrap(lane->devices())), text_of(guest.open));
    g_assert_true(notices.empty());
    assert_equal(unwrap(lane->read_on(guest.opened, "/etc/os-release")).value_or("-"), "ID=debian\n");
    assert_equal(unwrap(lane->read_on(root, "/etc/os-release")).value_or("-"), "ID=debian\n");
    g_assert_cmpuint(unwrap(lane->first_sectors()).size(), ==, 2);
    unwrap(lane->close());
    served.finish();
}

/// The file system @path is clean, and has @content in /etc/new.
void assert_has(const std::string &path, const std::string &content) {
    run({"e2fsck", "-fn", path});
    assert_equal(run({"debugfs", "-R", "cat /etc/new", path}), content);
}

void is_changed() {
    auto &guest = filled();
    Served served{guest.disks.overlays()};
    auto lane = lane_on(served);
    Notices notices;
    unwrap(lane->open_encrypted(right_keys(), notices));
    const auto long_text = std::string(3u << 20, 'x') + "\n";
    for (const auto &device : {guest.opened, std::string{root}}) {
        auto mounted = unwrap(lane->mount({{.device = device, .path = "/"}}, notices));
        unwrap(mounted->apply({.fixer = "linux.fstab",
                               .reason = "A test.",
                               .action = WriteFile{.path = "/etc/new", .content = device + long_text}}));
        unwrap(lane->trim());
        mounted.reset();
        const auto damage = unwrap(lane->check_filesystems());
        g_assert_true(damage.empty());
    }
    unwrap(lane->close());
    served.finish();
    const auto disks = guest.disks.written();
    assert_has(guest.disks.decrypted(disks[0], LuksDisks::start, LuksDisks::part_bytes), guest.opened + long_text);
    const auto group = guest.disks.decrypted(disks[1], 0, LuksDisks::disk_bytes);
    // "swap" has the first two extents of 4 MiB, "root" those behind.
    run({"dd", "if=" + group, "of=" + group + ".root", "bs=1M", "skip=9", "count=32", "status=none"});
    assert_has(group + ".root", root + long_text);
}

void keys_that_open_nothing() {
    auto &guest = filled();
    Served served{guest.disks.overlays()};
    auto lane = lane_on(served);
    Notices notices;
    unwrap(lane->open_encrypted({key("/dev/sda1", "wrong"), key("/dev/sdb"), key("/dev/sdz")}, notices));
    const auto found = unwrap(lane->devices());
    g_assert_true(device_named(found, "/dev/sda1")->lock == Lock::wrong_key);
    g_assert_true(device_named(found, "/dev/sdb")->lock == Lock::open);
    g_assert_null(device_named(found, guest.opened));
    assert_equal(join(texts_of(notices), "\n"),
                 "The key for “/dev/sda1” does not open /dev/sda1: No key slot of it has this passphrase.\n"
                 "The guest has no encrypted volume “/dev/sdz”; its key was not used.");
    unwrap(lane->close());
    lane = lane_on(served);
    notices = {};
    unwrap(lane->open_encrypted({key("/dev/sda1", "wrong"), key("/dev/sda1")}, notices));
    g_assert_true(device_named(unwrap(lane->devices()), "/dev/sda1")->lock == Lock::open);
    g_assert_cmpuint(notices.size(), ==, 1);
    unwrap(lane->close());
    served.finish();
}

/// What QEMU does not open needs the appliance.
void other_lanes() {
    auto &guest = filled();
    Served served{guest.disks.overlays()};
    for (const auto &[given, says] : {std::pair{key("/dev/sda2"), "/dev/sda2 is not a LUKS1 volume"},
                                      {key("/dev/sda1", "\xff"), "QEMU cannot take the key"},
                                      {key("/dev/sda1", std::string(5000, 'x')), "QEMU cannot take the key"}}) {
        Notices notices;
        auto lane = lane_on(served);
        g_assert_true(message_of(lane->open_encrypted({given}, notices), H2K_ERROR_FAILED).starts_with(says));
    }
    served.finish();
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/direct/luks/devices", same_devices);
    g_test_add_func("/direct/luks/changed", is_changed);
    g_test_add_func("/direct/luks/wrong-keys", keys_that_open_nothing);
    g_test_add_func("/direct/luks/other-lanes", other_lanes);
    return g_test_run();
}
