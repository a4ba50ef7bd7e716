// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/initramfs/needs.h"
#include "tests/support/fake_guest.h"
#include "tests/support/notices.h"
#include "tests/support/planned.h"
#include "tests/support/test.h"
#include <algorithm>
#include <cstring>

using namespace h2k;
using test::assert_equal;
using test::FakeGuest;
using test::unwrap;

static const std::string version = "6.1.0-18-amd64";

/// As depmod of a Debian kernel writes it.
static constexpr auto debian_modules = "kernel/drivers/virtio/virtio.ko:\n"
                                       "kernel/drivers/virtio/virtio_ring.ko:\n"
                                       "kernel/drivers/virtio/virtio_pci_modern_dev.ko:\n"
                                       "kernel/drivers/virtio/virtio_pci_legacy_dev.ko:\n"
                                       "kernel/drivers/virtio/virtio_pci.ko: kernel/drivers/virtio/"
                                       "virtio_pci_legacy_dev.ko kernel/drivers/virtio/virtio_pci_modern_dev.ko "
                                       "kernel/drivers/virtio/virtio_ring.ko kernel/drivers/virtio/virtio.ko\n"
                                       "kernel/drivers/block/virtio_blk.ko: kernel/drivers/virtio/virtio_ring.ko "
                                       "kernel/drivers/virtio/virtio.ko\n"
                                       "kernel/drivers/scsi/scsi_common.ko:\n"
                                       "kernel/drivers/scsi/scsi_mod.ko: kernel/drivers/scsi/scsi_common.ko\n"
                                       "kernel/drivers/scsi/virtio_scsi.ko: kernel/drivers/scsi/scsi_mod.ko "
                                       "kernel/drivers/virtio/virtio_ring.ko kernel/drivers/virtio/virtio.ko\n"
                                       "kernel/net/core/failover.ko:\n"
                                       "kernel/drivers/net/net_failover.ko: kernel/net/core/failover.ko\n"
                                       "kernel/drivers/net/virtio_net.ko: kernel/drivers/net/net_failover.ko "
                                       "kernel/drivers/virtio/virtio_ring.ko kernel/drivers/virtio/virtio.ko\n"
                                       "kernel/drivers/scsi/vmw_pvscsi.ko: kernel/drivers/scsi/scsi_mod.ko\n";

static bool has(const std::vector<std::string> &names, const std::string &name) {
    return std::ranges::find(names, name) != names.end();
}

struct Bed {
    FakeGuest guest;
    Inspection facts{.system = LinuxFacts{.initramfs_tool = "initramfs-tools"}};
    LinuxFacts &system() { return std::get<LinuxFacts>(facts.system); }
    Machine target{.disks = {{.id = "disk0", .bus = Bus::virtio}}};

    void add_kernel(const std::string &name, const std::string &modules, const std::vector<std::string> &in_image) {
        const auto image = "/boot/initrd.img-" + name;
        system().kernels.push_back({name, "/boot/vmlinuz-" + name, image});
        guest.files["/lib/modules/" + name + "/modules.dep"] = modules;
        guest.files["/lib/modules/" + name + "/modules.builtin"] = "";
        guest.files[image] = "";
        auto &names = guest.images[image];
        for (const auto &module : in_image)
            names.push_back("usr/lib/modules/" + name + "/kernel/drivers/" + module + ".ko");
    }
    Finding plan(const GuestView &view) const { return unwrap(plan_initramfs({view, facts, target, {}})); }
    Finding plan() const {
        return test::planned_once(guest, [this](const GuestView &view) { return plan(view); });
    }
};

/// The changes in short: "write /path", "rebuild /image: argv".
static std::string shape(const Finding &finding) {
    std::vector<std::string> parts;
    for (const auto &change : finding.changes) {
        auto part = std::string{kind_of(change)} + " " + path_of(change);
        if (const auto *rebuild = std::get_if<RebuildInitramfs>(&change.action))
            part += ": " + join(rebuild->argv, " ");
        parts.push_back(part);
        g_assert_true(change.reason.ends_with('.'));
    }
    return join(parts, "\n");
}

template <typename T> static const T &action(const Finding &finding, std::size_t index) {
    g_assert_cmpuint(index, <, finding.changes.size());
    const auto *found = std::get_if<T>(&finding.changes[index].action);
    g_assert_nonnull(found);
    return *found;
}

static void assert_warning(const Finding &finding, const std::string &part) {
    g_assert_cmpuint(test::texts_of(finding.notices).size(), ==, 1);
    g_assert_nonnull(std::strstr(test::texts_of(finding.notices)[0].c_str(), part.c_str()));
}

static void module_names() {
    assert_equal(module_name("kernel/drivers/block/virtio-blk.ko.xz"), "virtio_blk");
    assert_equal(module_name("a.ko.zst"), "a");
    assert_equal(module_name("a.ko.gz"), "a");
    assert_equal(module_name("a.ko.bz2"), "a");
    assert_equal(module_name("a.ko.lzma"), "a");
    assert_equal(module_name("kernel/a.ko\r"), "a");
    assert_equal(module_name("kernel/a.so"), "");
    assert_equal(module_name("kernel/virtio_blk.ko.old"), "");
    assert_equal(module_name(""), "");
}

static void modules_dep_is_parsed() {
    const auto kernel = text::KernelModules::parse("# comment\n"
                                                   "kernel/b-b.ko.xz: kernel/a.ko.xz\n"
                                                   "kernel/a.ko.xz: kernel/b-b.ko.xz kernel/in.ko\n" // a circle
                                                   "kernel/c.ko.xz: kernel/gone.ko\n"
                                                   "no colon\n: kernel/a.ko\nkernel/d.ko:",
                                                   "kernel/in.ko\nkernel/d-d.ko\n");
    g_assert_true(kernel.has("b_b"));
    g_assert_true(kernel.has("d"));
    g_assert_true(kernel.is_builtin("d_d"));
    g_assert_false(kernel.has("gone"));
    assert_equal(join(kernel.closure({"b_b"}), " "), "a b_b");
    assert_equal(join(kernel.closure({"c", "d_d", "nothing"}), " "), "c");
    g_assert_true(text::KernelModules::parse("", "").closure({"a"}).empty());
}

static void needs_by_bus() {
    const auto kernel = text::KernelModules::parse(debian_modules, "kernel/drivers/scsi/sd_mod.ko\n");
    Machine target{.disks = {{.bus = Bus::virtio}}};
    auto needs = needs_of(kernel, target);
    assert_equal(join(needs.required, " "),
                 "virtio virtio_blk virtio_pci virtio_pci_legacy_dev virtio_pci_modern_dev virtio_ring");
    assert_equal(join(needs.drivers, " "), "virtio_pci virtio_blk virtio_scsi virtio_net");
    assert_equal(join(needs.modules, " "),
                 "failover net_failover scsi_common scsi_mod virtio virtio_blk virtio_net virtio_pci "
                 "virtio_pci_legacy_dev virtio_pci_modern_dev virtio_ring virtio_scsi");
    target.disks.push_back({.bus = Bus::scsi});
    g_assert_true(has(needs_of(kernel, target).required, "virtio_scsi"));
    target.disks = {{.bus = Bus::sata}};
    assert_equal(join(needs_of(kernel, target).absent_required, " "), "ahci");
}

static void image_without_virtio() {
    Bed bed;
    bed.add_kernel(version, debian_modules, {"scsi_mod", "vmw_pvscsi"});
    bed.guest.files["/etc/initramfs-tools/modules"] = "# List of modules\nvmw_pvscsi\nvirtio-net csum=0";
    const auto finding = bed.plan();
    assert_equal(shape(finding), "write /etc/initramfs-tools/modules\n"
                                 "rebuild-initramfs /boot/initrd.img-6.1.0-18-amd64: "
                                 "update-initramfs -u -k 6.1.0-18-amd64");
    assert_equal(action<WriteFile>(finding, 0).content,
                 "# List of modules\nvmw_pvscsi\nvirtio-net csum=0\n"
                 "# Drivers of the virtual hardware of KVM, added by virt-hyper2kvm\n"
                 "virtio_pci\nvirtio_blk\nvirtio_scsi\n");
    const auto &rebuild = action<RebuildInitramfs>(finding, 1);
    assert_equal(rebuild.kernel, version);
    g_assert_true(has(rebuild.modules, "virtio_ring"));
    g_assert_true(has(rebuild.modules, "net_failover"));
    g_assert_true(test::texts_of(finding.notices).empty());
}

static void image_with_all() {
    Bed bed;
    bed.add_kernel(
        version, debian_modules,
        {"virtio", "virtio_ring", "virtio-blk", "virtio_pci", "virtio_pci_legacy_dev.ko.xz", "virtio_pci_modern_dev"});
    bed.guest.images["/boot/initrd.img-" + version][4] = "lib/modules/x/virtio_pci_legacy_dev.ko.zst";
    const auto finding = bed.plan();
    assert_equal(shape(finding), "");
    g_assert_true(test::texts_of(finding.notices).empty() && finding.skipped.empty());
}

static void built_in() {
    Bed bed;
    bed.add_kernel(version, "", {});
    bed.guest.files["/lib/modules/" + version + "/modules.builtin"] =
        "kernel/drivers/block/virtio_blk.ko\nkernel/drivers/virtio/virtio_pci.ko\n"
        "kernel/drivers/scsi/virtio_scsi.ko\nkernel/drivers/net/virtio_net.ko\n";
    auto finding = bed.plan();
    g_assert_true(finding.changes.empty() && test::texts_of(finding.notices).empty());
    bed.system().kernels[0].initramfs.clear();
    finding = bed.plan();
    g_assert_true(finding.changes.empty() && test::texts_of(finding.notices).empty());
}

static void no_initramfs() {
    Bed bed;
    bed.add_kernel(version, debian_modules, {});
    bed.system().kernels[0].initramfs.clear();
    const auto finding = bed.plan();
    g_assert_true(finding.changes.empty());
    assert_warning(finding, "has no initramfs");
}

static void one_kernel_of_two_lacks() {
    Bed bed;
    bed.add_kernel(
        "6.1.0-9-amd64", debian_modules,
        {"virtio", "virtio_ring", "virtio_blk", "virtio_pci", "virtio_pci_legacy_dev", "virtio_pci_modern_dev"});
    bed.add_kernel("6.1.0-10-amd64", debian_modules, {"virtio", "virtio_ring"});
    assert_equal(shape(bed.plan()), "write /etc/initramfs-tools/modules\n"
                                    "rebuild-initramfs /boot/initrd.img-6.1.0-10-amd64: "
                                    "update-initramfs -u -k 6.1.0-10-amd64");
}

static void kernels_in_order_and_listed_once() {
    Bed bed;
    bed.add_kernel("6.1.0-9-amd64", debian_modules, {});
    bed.add_kernel("6.1.0-10-amd64", debian_modules, {});
    assert_equal(shape(bed.plan()), "write /etc/initramfs-tools/modules\n"
                                    "rebuild-initramfs /boot/initrd.img-6.1.0-9-amd64: "
                                    "update-initramfs -u -k 6.1.0-9-amd64\n"
                                    "rebuild-initramfs /boot/initrd.img-6.1.0-10-amd64: "
                                    "update-initramfs -u -k 6.1.0-10-amd64");
}

static void kernel_without_virtio_blk() {
    Bed bed;
    bed.add_kernel(version, replace_all(debian_modules, "virtio_blk", "other_blk"), {});
    const auto finding = bed.plan();
    g_assert_true(finding.changes.empty());
    assert_warning(finding, "lacks virtio_blk, without which");
}

static void kernel_without_virtio_net() {
    Bed bed;
    bed.add_kernel(version, replace_all(debian_modules, "virtio_net", "other_net"), {});
    const auto finding = bed.plan();
    g_assert_cmpuint(finding.changes.size(), ==, 2);
    assert_warning(finding, "lacks virtio_net; devices");
    g_assert_false(has(action<RebuildInitramfs>(finding, 1).modules, "virtio_net"));
}

static void listed_but_stale() {
    Bed bed;
    bed.add_kernel(version, debian_modules, {});
    bed.guest.files["/etc/initramfs-tools/modules"] = "virtio_pci\nvirtio-blk\n  virtio_scsi\nvirtio_net\n";
    assert_equal(shape(bed.plan()),
                 "rebuild-initramfs /boot/initrd.img-6.1.0-18-amd64: update-initramfs -u -k 6.1.0-18-amd64");
}

static void modules_dep_setting() {
    Bed bed;
    bed.add_kernel(version, debian_modules, {});
    bed.guest.files["/etc/initramfs-tools/initramfs.conf"] = "MODULES=most\n";
    bed.guest.files["/etc/initramfs-tools/conf.d/driver-policy"] = "# as the installer asked\nMODULES=dep\n";
    const auto finding = bed.plan();
    g_assert_cmpuint(finding.changes.size(), ==, 3);
    assert_equal(action<WriteFile>(finding, 1).path, "/etc/initramfs-tools/conf.d/zz-virt-hyper2kvm");
    g_assert_true(action<WriteFile>(finding, 1).content.ends_with("\nMODULES=most\n"));
    // A later word of the guest's own is kept.
    bed.guest.files["/etc/initramfs-tools/conf.d/local"] = "MODULES=list\n";
    g_assert_cmpuint(bed.plan().changes.size(), ==, 2);
    // What dpkg left beside is not read by mkinitramfs.
    bed.guest.files["/etc/initramfs-tools/conf.d/local.dpkg-old"] = "MODULES=dep\n";
    g_assert_cmpuint(bed.plan().changes.size(), ==, 2);
}

static void updates_switched_off() {
    Bed bed;
    bed.add_kernel(version, debian_modules, {});
    bed.guest.files["/etc/initramfs-tools/update-initramfs.conf"] = "update_initramfs=no\n";
    assert_equal(join(action<RebuildInitramfs>(bed.plan(), 1).argv, " "), "update-initramfs -c -t -k 6.1.0-18-amd64");
}

static void dracut() {
    Bed bed;
    bed.system().initramfs_tool = "dracut";
    bed.add_kernel(version, debian_modules, {});
    bed.system().kernels[0].initramfs = "/boot/initramfs-" + version + ".img";
    bed.guest.images["/boot/initramfs-" + version + ".img"] = {};
    auto finding = bed.plan();
    assert_equal(shape(finding), "write /etc/dracut.conf.d/10-virt-hyper2kvm.conf\n"
                                 "rebuild-initramfs /boot/initramfs-6.1.0-18-amd64.img: "
                                 "dracut --force /boot/initramfs-6.1.0-18-amd64.img 6.1.0-18-amd64");
    assert_equal(action<WriteFile>(finding, 0).content,
                 "# Drivers of the virtual hardware of KVM, added by virt-hyper2kvm.\n"
                 "add_drivers+=\" virtio_pci virtio_blk virtio_scsi virtio_net vmw_pvscsi \"\n");
    bed.guest.files["/etc/dracut.conf.d/10-virt-hyper2kvm.conf"] = action<WriteFile>(finding, 0).content;
    g_assert_cmpuint(bed.plan().changes.size(), ==, 1);
}

static void unknown_tool() {
    Bed bed;
    bed.add_kernel(version, debian_modules, {});
    bed.system().initramfs_tool = "booster";
    auto finding = bed.plan();
    g_assert_true(finding.changes.empty());
    assert_warning(finding, "with booster is not supported");
    bed.system().initramfs_tool.clear();
    assert_warning(bed.plan(), "no recognised program");
}

static void unreadable_image() {
    Bed bed;
    bed.add_kernel(version, debian_modules, {});
    bed.guest.images.clear();
    const auto finding = bed.plan();
    g_assert_cmpuint(finding.changes.size(), ==, 2);
    assert_warning(finding, "could not be read");
}

static void no_kernels() {
    const auto finding = Bed{}.plan();
    g_assert_true(finding.changes.empty());
    g_assert_false(finding.skipped.empty());
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/initramfs/module-names", module_names);
    g_test_add_func("/initramfs/modules-dep", modules_dep_is_parsed);
    g_test_add_func("/initramfs/needs-by-bus", needs_by_bus);
    g_test_add_func("/initramfs/image-without-virtio", image_without_virtio);
    g_test_add_func("/initramfs/image-with-all", image_with_all);
    g_test_add_func("/initramfs/built-in", built_in);
    g_test_add_func("/initramfs/no-initramfs", no_initramfs);
    g_test_add_func("/initramfs/one-of-two", one_kernel_of_two_lacks);
    g_test_add_func("/initramfs/order", kernels_in_order_and_listed_once);
    g_test_add_func("/initramfs/no-virtio-blk", kernel_without_virtio_blk);
    g_test_add_func("/initramfs/no-virtio-net", kernel_without_virtio_net);
    g_test_add_func("/initramfs/listed-but-stale", listed_but_stale);
    g_test_add_func("/initramfs/modules-setting", modules_dep_setting);
    g_test_add_func("/initramfs/updates-switched-off", updates_switched_off);
    g_test_add_func("/initramfs/dracut", dracut);
    g_test_add_func("/initramfs/unknown-tool", unknown_tool);
    g_test_add_func("/initramfs/unreadable-image", unreadable_image);
    g_test_add_func("/initramfs/no-kernels", no_kernels);
    return g_test_run();
}
