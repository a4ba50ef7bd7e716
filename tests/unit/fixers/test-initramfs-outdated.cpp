// SPDX-License-Identifier: LGPL-2.1-or-later
// Images that lack no driver, and what a plan changes of what they hold; space to work; unified kernel images.
#include "convert/model/overlay.h"
#include "fixers/linux/fixers.h"
#include "tests/support/fake_guest.h"
#include "tests/support/notices.h"
#include "tests/support/test.h"
#include <algorithm>

using namespace h2k;
using test::assert_equal;
using test::FakeGuest;
using test::unwrap;

namespace {

constexpr const char *image = "/boot/initramfs-5.14.0.img", *changed = "data UUID=a none\n";

/// RHEL with one kernel, whose image has the drivers where @complete.
struct Bed {
    FakeGuest guest;
    Inspection facts{.system = LinuxFacts{.initramfs_tool = "dracut"}};
    LinuxFacts &system() { return std::get<LinuxFacts>(facts.system); }
    Machine target{.disks = {{.id = "disk0", .bus = Bus::virtio}}};

    explicit Bed(bool complete) {
        system().kernels.push_back({"5.14.0", "/boot/vmlinuz-5.14.0", image});
        guest.files["/lib/modules/5.14.0/modules.dep"] = "kernel/drivers/block/virtio_blk.ko:\n"
                                                         "kernel/drivers/virtio/virtio_pci.ko:\n";
        guest.files["/lib/modules/5.14.0/modules.builtin"] = "";
        guest.files["/usr/bin/dracut"] = "no-hostonly";
        guest.files["/etc/crypttab"] = "data /dev/sdb1 none\n";
        guest.files[image] = "";
        guest.images[image] = {"etc/crypttab"};
        if (complete)
            for (const char *name : {"block/virtio_blk", "virtio/virtio_pci"})
                guest.images[image].push_back(std::string{"usr/lib/modules/5.14.0/kernel/drivers/"} + name + ".ko");
    }
    [[nodiscard]] Finding plan(const GuestView &view) const {
        return unwrap(plan_initramfs({view, facts, target, {}}));
    }
};

bool warns(const Finding &finding, std::string_view part) {
    return std::ranges::any_of(test::texts_of(finding.notices),
                               [&](const auto &warning) { return warning.find(part) != std::string::npos; });
}

} // namespace

static void a_changed_copy_is_renewed() {
    const Bed bed{true};
    g_assert_true(bed.plan(bed.guest).changes.empty());
    Overlay after{bed.guest};
    unwrap(after.apply({"linux.fstab", "r", WriteFile{"/etc/crypttab", changed}}));
    const auto finding = bed.plan(after);
    const auto rebuild = std::ranges::find_if(
        finding.changes, [](const Change &change) { return std::holds_alternative<RebuildInitramfs>(change.action); });
    g_assert_true(rebuild != finding.changes.end() && rebuild->may_fail);
    g_assert_true(rebuild->reason.find("holds a copy of “/etc/crypttab”") != std::string::npos);
    for (const auto &change : finding.changes)
        unwrap(after.apply(change));
    const Overlay again{after};
    g_assert_true(bed.plan(again).changes.empty());
}

static void settings_of_lvm_are_copies_too() {
    Bed bed{true};
    bed.guest.images[image].push_back("etc/lvm/devices/system.devices");
    bed.guest.files["/etc/lvm/devices/system.devices"] = "VERSION=1.1.1\n";
    g_assert_true(bed.plan(bed.guest).changes.empty());
    Overlay after{bed.guest};
    unwrap(after.apply({"linux.lvm", "r", RemoveFile{"/etc/lvm/devices/system.devices"}}));
    const auto finding = bed.plan(after);
    g_assert_false(finding.changes.empty());
    g_assert_true(finding.changes.back().reason.find("“/etc/lvm/devices/system.devices”") != std::string::npos);
}

/// Only the kernel that the guest starts by default has to be repaired.
static void older_kernels_may_fail() {
    Bed bed{false};
    auto older = bed.system().kernels.front();
    older.version = "5.13.0";
    older.initramfs = "/boot/initramfs-5.13.0.img";
    for (const auto *name : {"modules.dep", "modules.builtin"})
        bed.guest.files[std::string{"/lib/modules/5.13.0/"} + name] =
            bed.guest.files[std::string{"/lib/modules/5.14.0/"} + name];
    bed.guest.files[older.initramfs] = "";
    bed.guest.images[older.initramfs] = {"etc/fstab"};
    bed.system().kernels.insert(bed.system().kernels.begin(), older);
    const auto may_fail = [&](const char *path) {
        for (const auto &change : bed.plan(bed.guest).changes)
            if (path_of(change) == path)
                return change.may_fail;
        g_error("%s is not rebuilt", path);
    };
    g_assert_true(may_fail("/boot/initramfs-5.13.0.img"));
    g_assert_false(may_fail(image));
    bed.guest.files["/boot/grub2/grubenv"] = "# GRUB Environment Block\nsaved_entry=a-5.13.0\n";
    g_assert_false(may_fail("/boot/initramfs-5.13.0.img"));
    g_assert_true(may_fail(image));
}

static void other_changes_are_none() {
    Bed bed{true};
    Overlay after{bed.guest};
    unwrap(after.apply({"linux.raid", "r", WriteFile{"/etc/mdadm.conf", "DEVICE partitions\n"}}));
    g_assert_true(bed.plan(after).changes.empty()); // it is not in the image
    unwrap(after.apply({"linux.fstab", "r", WriteFile{"/etc/crypttab", changed}}));
    bed.system().initramfs_tool = "booster";
    const auto finding = bed.plan(after);
    g_assert_true(finding.changes.empty());
    g_assert_true(warns(finding, "the guest may miss a device"));
}

static void lacking_drivers_are_the_first_reason() {
    const Bed bed{false};
    Overlay after{bed.guest};
    unwrap(after.apply({"linux.fstab", "r", WriteFile{"/etc/crypttab", changed}}));
    const auto finding = bed.plan(after);
    g_assert_false(finding.changes.empty() || finding.changes.back().may_fail);
    g_assert_true(finding.changes.back().reason.find("lacks virtio_blk, virtio_pci") != std::string::npos);
}

static void space_to_work() {
    Bed bed{false};
    bed.guest.space_at[image] = {.file = 30u << 20, .free = 900u << 20};
    bed.guest.space_at["/var/tmp"] = {.free = 500u << 20};
    g_assert_false(warns(bed.plan(bed.guest), "/var/tmp"));
    bed.guest.space_at["/var/tmp"] = {.free = 100u << 20};
    const auto finding = bed.plan(bed.guest);
    g_assert_true(warns(finding, "“/var/tmp” has 100"));
    g_assert_false(finding.changes.empty());
}

static void unified_images() {
    Bed bed{true};
    bed.guest.files["/boot/efi/EFI/Linux/a-5.14.0.efi"] = "";
    g_assert_true(warns(bed.plan(bed.guest), "“/boot/efi/EFI/Linux/a-5.14.0.efi” is a unified kernel image"));
    bed.guest.files["/lib/modules/5.14.0/modules.dep"] = "";
    bed.guest.files["/lib/modules/5.14.0/modules.builtin"] = "kernel/drivers/block/virtio_blk.ko\n"
                                                             "kernel/drivers/virtio/virtio_pci.ko\n";
    g_assert_false(warns(bed.plan(bed.guest), "unified"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/initramfs-outdated/copy", a_changed_copy_is_renewed);
    g_test_add_func("/initramfs-outdated/lvm", settings_of_lvm_are_copies_too);
    g_test_add_func("/initramfs-outdated/older-kernels", older_kernels_may_fail);
    g_test_add_func("/initramfs-outdated/others", other_changes_are_none);
    g_test_add_func("/initramfs-outdated/lacking", lacking_drivers_are_the_first_reason);
    g_test_add_func("/initramfs-outdated/space", space_to_work);
    g_test_add_func("/initramfs-outdated/unified", unified_images);
    return g_test_run();
}
