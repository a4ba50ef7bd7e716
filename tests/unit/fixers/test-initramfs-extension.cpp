// SPDX-License-Identifier: LGPL-2.1-or-later
// Which images are extended, and with what; which are rebuilt all the same.
#include "convert/base/text.h"
#include "convert/model/overlay.h"
#include "fixers/linux/fixers.h"
#include "tests/support/fake_guest.h"
#include "tests/support/notices.h"
#include "tests/support/planned.h"
#include "tests/support/test.h"
#include <algorithm>
#include <functional>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

const std::string version = "6.1.0-18-amd64", image = "/boot/initrd.img-" + version,
                  own = "/lib/modules/" + version + "/";

/// A kernel with virtio as modules, whose image has the driver of another controller.
struct Bed {
    test::FakeGuest guest;
    Inspection facts{.system = LinuxFacts{.initramfs_tool = "initramfs-tools"}};
    Machine target{.disks = {{.id = "disk0", .bus = Bus::virtio}}};
    RepairOptions options;
    std::string suffix = ".ko";

    LinuxFacts &system() { return std::get<LinuxFacts>(facts.system); }
    std::vector<std::string> &names() { return guest.images[image]; }
    void add_kernel() {
        system().kernels = {{version, "/boot/vmlinuz-" + version, image}};
        std::string dep;
        for (const auto *name : {"virtio/virtio", "virtio/virtio_pci", "block/virtio_blk", "scsi/virtio_scsi",
                                 "net/virtio_net", "scsi/vmw_pvscsi"}) {
            const auto path = "kernel/drivers/" + std::string{name} + suffix;
            dep +=
                path + ": " + (path.contains("virtio/virtio.") ? "" : "kernel/drivers/virtio/virtio" + suffix) + "\n";
            guest.files[own + path] = "module";
        }
        guest.files[own + "modules.dep"] = dep;
        guest.files[own + "modules.builtin"] = "";
        guest.files[own + "modules.dep.bin"] = guest.files[own + "modules.alias.bin"] = "index";
        guest.files[own + "modules.alias"] = "";
        guest.files[image] = "";
        names() = {"usr/lib/modules/" + version + "/kernel/drivers/scsi/vmw_pvscsi" + suffix,
                   "usr/lib/modules/" + version + "/modules.dep",
                   "usr/lib/modules/" + version + "/modules.dep.bin",
                   "usr/lib/modules/" + version + "/modules.alias",
                   "usr/lib/modules/" + version + "/modules.alias.bin",
                   "conf/conf.d/resume",
                   "etc/lvm/lvm.conf",
                   "usr/lib/systemd/network/99-default.link",
                   "init"};
    }
    Finding plan(const GuestView &view) const { return unwrap(plan_initramfs({view, facts, target, options})); }
    Finding plan() const {
        return test::planned_once(guest, [this](const GuestView &view) { return plan(view); });
    }
};

Bed usual_bed() {
    Bed bed;
    bed.add_kernel();
    return bed;
}

const ExtendInitramfs *extension_in(const Finding &finding) {
    for (const auto &change : finding.changes)
        if (const auto *extend = std::get_if<ExtendInitramfs>(&change.action))
            return extend;
    return nullptr;
}

/// "NAME < FROM" of each file, with the folder of modules left out.
std::string files_of(const Finding &finding) {
    const auto *extend = extension_in(finding);
    g_assert_nonnull(extend);
    std::vector<std::string> files;
    for (const auto &file : extend->files)
        files.push_back(replace_all(file.name, "usr/lib/modules/" + version + "/", "") + " < " +
                        (file.from.empty() ? "“" + file.content + "”" : replace_all(file.from, own, "")));
    return join(files, "\n");
}

const std::string usual_modules = "kernel/drivers/virtio/virtio.ko < kernel/drivers/virtio/virtio.ko\n"
                                  "kernel/drivers/block/virtio_blk.ko < kernel/drivers/block/virtio_blk.ko\n"
                                  "kernel/drivers/net/virtio_net.ko < kernel/drivers/net/virtio_net.ko\n"
                                  "kernel/drivers/virtio/virtio_pci.ko < kernel/drivers/virtio/virtio_pci.ko\n"
                                  "kernel/drivers/scsi/virtio_scsi.ko < kernel/drivers/scsi/virtio_scsi.ko\n"
                                  "modules.dep.bin < modules.dep.bin\nmodules.alias.bin < modules.alias.bin";

void debian() {
    const auto bed = usual_bed();
    const auto finding = bed.plan();
    assert_equal(files_of(finding),
                 usual_modules +
                     "\nconf/conf.d/zz-virt-hyper2kvm < “# Drivers of the virtual hardware of KVM, added by "
                     "virt-hyper2kvm.\nmodprobe -q -a virtio_pci virtio_blk virtio_scsi virtio_net || true\n”");
    const auto *extend = extension_in(finding);
    assert_equal(join(extend->otherwise, " "), "update-initramfs -u -k " + version);
    assert_equal(join(extend->modules, " "), "virtio virtio_blk virtio_net virtio_pci virtio_scsi");
    // The next image that the guest builds has the drivers too.
    assert_equal(path_of(finding.changes.front()), "/etc/initramfs-tools/modules");
}

void dracut_loads_by_udev() {
    auto bed = usual_bed();
    bed.system().initramfs_tool = "dracut";
    assert_equal(files_of(bed.plan()), usual_modules);
}

void of_old_paths() {
    auto bed = usual_bed();
    auto &dep = bed.guest.files[own + "modules.dep"];
    dep = replace_all(dep, "kernel/drivers", own + "kernel/drivers");
    g_assert_true(
        files_of(bed.plan()).starts_with("kernel/drivers/virtio/virtio.ko < kernel/drivers/virtio/virtio.ko\n"));
}

/// What an Overlay has planned before.
void copies_are_new() {
    const auto bed = usual_bed();
    Overlay before{bed.guest};
    for (const auto *path :
         {"/etc/initramfs-tools/conf.d/resume", "/etc/lvm/lvm.conf", "/etc/systemd/network/10-ens192.link"})
        unwrap(before.apply({.fixer = "f", .reason = "r", .action = WriteFile{.path = path, .content = "new"}}));
    const auto files = files_of(bed.plan(before));
    g_assert_true(files.contains("conf/conf.d/resume < /etc/initramfs-tools/conf.d/resume\n"
                                 "etc/lvm/lvm.conf < /etc/lvm/lvm.conf\n"
                                 "usr/lib/systemd/network/10-ens192.link < /etc/systemd/network/10-ens192.link"));
    unwrap(before.apply({.fixer = "f", .reason = "r", .action = RemoveFile{"/etc/lvm/lvm.conf"}}));
    g_assert_true(files_of(bed.plan(before)).contains("etc/lvm/lvm.conf < “”"));
}

/// As where the image has the modules as they are in the guest.
void packed() {
    for (const std::string suffix : {".ko.xz", ".ko.zst", ".ko.gz"})
        for (const char *tool : {"initramfs-tools", "dracut"}) {
            Bed bed;
            bed.suffix = suffix;
            bed.add_kernel();
            bed.system().initramfs_tool = tool;
            assert_equal(files_of(bed.plan()).substr(0, files_of(bed.plan()).find("\nconf/")),
                         replace_all(usual_modules, ".ko", suffix));
        }
}

/// Packs the guest's modules; the image has them as initramfs-tools unpacks them, and @library.
void unpacked(Bed &bed, const std::string &suffix, const std::string &library) {
    bed.suffix = suffix;
    bed.add_kernel();
    bed.names()[0] = replace_all(bed.names()[0], suffix, ".ko");
    bed.names().push_back(library);
}

void unpacked_in_the_image() {
    for (const auto &[suffix, library] : std::map<std::string, std::string>{
             {".ko.xz", "usr/lib/x86_64-linux-gnu/liblzma.so.5"}, {".ko.zst", "lib/libzstd.so.1"}}) {
        Bed bed;
        unpacked(bed, suffix, library);
        // One that the image has is needed in the other tree all the same.
        bed.names().push_back("usr/lib/modules/" + version + "/kernel/drivers/virtio/virtio.ko");
        const auto finding = bed.plan();
        const auto tree = "usr/lib/virt-hyper2kvm" + own;
        std::vector<std::string> names;
        for (const auto &file : extension_in(finding)->files)
            names.push_back(replace_all(file.name, tree, "+") + (file.from.empty() ? "" : " < " + file.from));
        const auto text = replace_all(join(names, "\n"), own, "");
        g_assert_true(text.contains("+kernel/drivers/virtio/virtio" + suffix + " < kernel/drivers/virtio/virtio"));
        g_assert_true(text.contains("+kernel/drivers/block/virtio_blk" + suffix));
        g_assert_true(text.contains("+modules.dep.bin < modules.dep.bin\n+modules.alias.bin < modules.alias.bin"));
        assert_equal(extension_in(finding)->files.back().content,
                     "# Drivers of the virtual hardware of KVM, added by virt-hyper2kvm.\nmodprobe -q -d "
                     "/usr/lib/virt-hyper2kvm -a virtio_pci virtio_blk virtio_scsi virtio_net || true\n");
    }
}

void what_is_not_sure_is_rebuilt() {
    const auto is_rebuilt = [](const std::function<void(Bed &)> &change) {
        Bed bed;
        bed.add_kernel();
        change(bed);
        const auto finding = bed.plan();
        const bool rebuilt = std::ranges::any_of(
            finding.changes, [](const Change &one) { return std::holds_alternative<RebuildInitramfs>(one.action); });
        g_assert_true(rebuilt && !extension_in(finding));
    };
    is_rebuilt([](Bed &bed) { bed.options.initramfs = InitramfsWay::rebuild; });
    is_rebuilt([](Bed &bed) { bed.system().initramfs_tool = "mkinitcpio"; });
    is_rebuilt([](Bed &bed) { bed.guest.files.erase(own + "kernel/drivers/block/virtio_blk.ko"); });
    is_rebuilt([](Bed &bed) { bed.names().erase(bed.names().begin()); }); // no module of the kernel
    is_rebuilt([](Bed &bed) {
        bed.names()[0] += ".xz";
        bed.system().initramfs_tool = "dracut";
    });
    is_rebuilt([](Bed &bed) { unpacked(bed, ".ko.xz", "usr/lib/libzstd.so.1"); });
    is_rebuilt([](Bed &bed) {
        unpacked(bed, ".ko.xz", "usr/lib/liblzma.so.5");
        bed.guest.files.erase(own + "modules.dep.bin");
    });
    is_rebuilt([](Bed &bed) {
        unpacked(bed, ".ko.xz", "usr/lib/liblzma.so.5");
        bed.system().initramfs_tool = "dracut";
    });
    is_rebuilt([](Bed &bed) { bed.names().emplace_back("etc/cmdline.d/10-ip.conf"); });
    is_rebuilt([](Bed &bed) { bed.system().root_stack = {"ext4", "lvm"}; });
    is_rebuilt([](Bed &bed) { bed.guest.files["/etc/initramfs/post-update.d/systemd-boot"] = ""; });
    is_rebuilt([](Bed &bed) { bed.guest.files["/boot/efi/0123456789abcdef/" + version + "/initrd.img"] = ""; });
    is_rebuilt([](Bed &bed) {
        auto &dep = bed.guest.files[own + "modules.dep"];
        dep = replace_all(dep, "kernel/drivers/block", "../../../etc");
        bed.guest.files["/etc/virtio_blk.ko"] = "";
    });
    is_rebuilt([](Bed &bed) {
        bed.guest.space_at[image] = {.file = 1, .free = 5u << 20};
        bed.guest.space_at[own + "modules.dep.bin"] = {.file = 3u << 20, .free = 0};
    });
}

void layers_that_are_there() {
    auto bed = usual_bed();
    bed.system().root_stack = {"ext4", "lvm", "crypt", "raid"};
    for (const auto *name : {"usr/sbin/lvm", "usr/sbin/cryptsetup", "usr/sbin/mdadm"})
        bed.names().emplace_back(name);
    g_assert_nonnull(extension_in(bed.plan()));
}

void only_extended() {
    auto bed = usual_bed();
    bed.options.initramfs = InitramfsWay::extend;
    g_assert_nonnull(extension_in(bed.plan()));
    bed.names().emplace_back("etc/cmdline.d/10-ip.conf");
    const auto finding = bed.plan(bed.guest);
    g_assert_cmpuint(finding.changes.size(), ==, 0);
    g_assert_true(
        std::ranges::any_of(finding.notices, [](const auto &one) { return one.id == "initramfs.not-extended"; }));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/initramfs-extension/debian", debian);
    g_test_add_func("/initramfs-extension/dracut", dracut_loads_by_udev);
    g_test_add_func("/initramfs-extension/old-paths", of_old_paths);
    g_test_add_func("/initramfs-extension/copies", copies_are_new);
    g_test_add_func("/initramfs-extension/packed", packed);
    g_test_add_func("/initramfs-extension/unpacked", unpacked_in_the_image);
    g_test_add_func("/initramfs-extension/rebuilt", what_is_not_sure_is_rebuilt);
    g_test_add_func("/initramfs-extension/layers", layers_that_are_there);
    g_test_add_func("/initramfs-extension/only", only_extended);
    return g_test_run();
}
