// SPDX-License-Identifier: LGPL-2.1-or-later
// What a guest starts by default: kernel, initramfs and command line, by each kind of menu.
#include "convert/inspect/boot/entries.h"
#include "tests/support/fake_storage.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

/// Two partitions of the first disk, "/boot" and "/", an EFI system partition, and one of another disk.
test::FakeStorage storage_with(std::map<std::string, std::map<std::string, std::string>> files) {
    test::FakeStorage storage;
    storage.list = {{.name = "/dev/sda1", .type = "ext4", .uuid = "aa-1", .partition = 1},
                    {.name = "/dev/sda2", .type = "ext4", .uuid = "bb-2", .partition = 2},
                    {.name = "/dev/sda3", .type = "vfat", .uuid = "CC-3", .partition = 3},
                    {.name = "/dev/sdb1", .type = "ext4", .uuid = "dd-4", .disk = 1, .partition = 1}};
    storage.files = std::move(files);
    return storage;
}

/// "DEVICE: KERNEL, INITRAMFS …: ARGUMENTS", or the doubt.
std::string started(const test::FakeStorage &storage) {
    const auto found = unwrap(find_default_kernel(storage, storage.list));
    g_assert_true(found.kernel.has_value() == found.doubt.empty());
    if (!found.kernel)
        return found.doubt;
    auto text = found.kernel->device + ": " + found.kernel->image;
    for (const auto &part : found.kernel->initramfs)
        text += ", " + part;
    return text + ": " + found.kernel->arguments;
}

constexpr const char *unclear = "What the boot loader starts does not follow from its menu alone: ";

/// As grub-mkconfig of Debian writes it, with /boot on a partition of its own.
constexpr const char *debian = R"(if [ -s $prefix/grubenv ]; then
  set have_grubenv=true
  load_env
fi
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set next_entry=
else
   set default="0"
fi
function gfxmode {
	set gfxpayload="${1}"
}
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-bb-2' {
	load_video
	insmod part_msdos
	set root='hd0,msdos1'
	if [ x$feature_platform_search_hint = xy ]; then
	  search --no-floppy --fs-uuid --set=root --hint-bios=hd0,msdos1 --hint='hd0,msdos1'  aa-1
	else
	  search --no-floppy --fs-uuid --set=root aa-1
	fi
	echo	'Loading Linux 6.1.0-18-amd64 ...'
	linux	/vmlinuz-6.1.0-18-amd64 root=UUID=bb-2 ro  quiet net.ifnames=0
	echo	'Loading initial ramdisk ...'
	initrd	/initrd.img-6.1.0-18-amd64
}
)";

constexpr const char *of_debian = "/dev/sda1: /vmlinuz-6.1.0-18-amd64, /initrd.img-6.1.0-18-amd64: "
                                  "BOOT_IMAGE=/vmlinuz-6.1.0-18-amd64 root=UUID=bb-2 ro  quiet net.ifnames=0";

void grub() {
    assert_equal(started(storage_with({{"/dev/sda1", {{"/grub/grub.cfg", debian}}}})), of_debian);
    // The file on the EFI system partition only loads that; it is nothing of its own.
    assert_equal(
        started(storage_with({{"/dev/sda1", {{"/grub/grub.cfg", debian}}},
                              {"/dev/sda3",
                               {{"/EFI/debian/grub.cfg", "search.fs_uuid aa-1 root\nset prefix=($root)'/grub'\n"
                                                         "configfile $prefix/grub.cfg\n"}}}})),
        of_debian);
    // The same menu as a whole there, as old Fedoras have it.
    assert_equal(started(storage_with({{"/dev/sda3", {{"/EFI/debian/grub.cfg", debian}}}})), of_debian);
    // What else is on that disk is started as well, or another kernel.
    assert_equal(
        started(storage_with({{"/dev/sda1", {{"/grub/grub.cfg", debian}}},
                              {"/dev/sda2", {{"/grub/grub.cfg", "menuentry x {\nlinux /other root=/dev/sda2\n}\n"}}}})),
        "The guest's boot loaders start different kernels, or with different command lines: "
        "“/grub/grub.cfg” on /dev/sda1, and “/grub/grub.cfg” on /dev/sda2.");
}

void unclear_grub() {
    const auto with = [](const std::string &from, const std::string &to) {
        std::string file = debian;
        file.replace(file.find(from), from.size(), to);
        return started(storage_with({{"/dev/sda1", {{"/grub/grub.cfg", file}}}}));
    };
    const auto doubt = std::string{unclear} + "“/grub/grub.cfg” on /dev/sda1.";
    assert_equal(with("quiet", "quiet $more"), doubt);
    assert_equal(with("quiet", "quiet\\ x"), doubt);
    assert_equal(with("quiet", "a='b c'"), doubt);
    assert_equal(with("quiet", std::string(2100, 'x')), doubt);
    assert_equal(with("linux\t/vm", "linux\t/../vm"), doubt);
    assert_equal(with("linux\t/vm", "linux\t(hd0,msdos1)/vm"), doubt);
    assert_equal(with("initrd\t/", "initrd\t$x/"), doubt);
    assert_equal(with("--set=root aa-1", "--set=root bb-2"), doubt);
    assert_equal(with("default=\"0\"", "default=\"${chosen}\""), doubt);
    assert_equal(with("linux\t", "linux${x}\t"), doubt);
    assert_equal(started(storage_with({})), "No menu of a boot loader that can be read was found.");
}

void loader_specification() {
    constexpr const char *menu =
        "set tuned_params=\"\"\nset default=\"${saved_entry}\"\nsearch --fs-uuid --set=boot aa-1\nblscfg\n";
    const std::string block = "# GRUB Environment Block\nsaved_entry=m-5\n" + std::string(980, '#');
    const std::string entry = "title Rocky 5\nversion 5\nlinux /vmlinuz-5\ninitrd /initramfs-5.img $tuned_initrd\n"
                              "options root=/dev/mapper/rl-root ro $tuned_params\n";
    const std::map<std::string, std::string> boot{
        {"/grub2/grub.cfg", menu},
        {"/grub2/grubenv", block},
        {"/loader/entries/m-4.conf", "title 4\nlinux /vmlinuz-4\noptions root=x\n"},
        {"/loader/entries/m-5.conf", entry}};
    constexpr const char *five =
        "/dev/sda1: /vmlinuz-5, /initramfs-5.img: BOOT_IMAGE=/vmlinuz-5 root=/dev/mapper/rl-root ro";
    assert_equal(started(storage_with({{"/dev/sda1", boot}})), five);
    // RHEL 8: the options are in the environment block, and the files named by GRUB's root.
    auto old = boot;
    old["/grub2/grub.cfg"] = "set kernelopts=\"root=/dev/x\"\n" + boot.at("/grub2/grub.cfg");
    old["/grub2/grubenv"] =
        "# GRUB Environment Block\nsaved_entry=m-5\nkernelopts=root=/dev/mapper/rl-root ro\n" + std::string(940, '#');
    old["/loader/entries/m-5.conf"] = "linux ($root)/vmlinuz-5\ninitrd ($root)/initramfs-5.img\noptions $kernelopts\n";
    assert_equal(started(storage_with({{"/dev/sda1", old}})), five);
    old["/loader/entries/m-5.conf"] = "efi /EFI/Linux/x.efi\n";
    assert_equal(started(storage_with({{"/dev/sda1", old}})), std::string{unclear} + "“/grub2/grub.cfg” on /dev/sda1.");
}

void systemd_boot() {
    std::map<std::string, std::string> esp{{"/loader/loader.conf", "default arch*\n"},
                                           {"/loader/entries/arch.conf",
                                            "linux /vmlinuz-linux\ninitrd /intel-ucode.img\n"
                                            "initrd /initramfs-linux.img\noptions root=PARTUUID=1 rw\n"},
                                           {"/loader/entries/zz.conf", "linux /other\noptions root=x\n"}};
    assert_equal(started(storage_with({{"/dev/sda3", esp}})),
                 "/dev/sda3: /vmlinuz-linux, /intel-ucode.img, /initramfs-linux.img: root=PARTUUID=1 rw");
    const auto doubt = std::string{unclear} + "“/loader/loader.conf” on /dev/sda3.";
    auto saved = esp;
    saved["/loader/loader.conf"] = "default @saved\n";
    assert_equal(started(storage_with({{"/dev/sda3", saved}})), doubt);
    esp["/EFI/Linux/arch-6.8.efi"] = "MZ";
    assert_equal(started(storage_with({{"/dev/sda3", esp}})), doubt); // a unified kernel image
    assert_equal(started(storage_with({{"/dev/sda3", {{"/EFI/Linux/a.efi", "MZ"}, {"/loader/loader.conf", ""}}}})),
                 doubt);
}

void other_loaders() {
    assert_equal(started(storage_with({{"/dev/sda1",
                                        {{"/extlinux.conf", "DEFAULT lts\nLABEL lts\nLINUX vmlinuz-lts\n"
                                                            "INITRD initramfs-lts\nAPPEND root=UUID=bb-2 quiet\n"}}}})),
                 "/dev/sda1: /vmlinuz-lts, /initramfs-lts: BOOT_IMAGE=vmlinuz-lts root=UUID=bb-2 quiet");
    const std::string legacy = "default 0\ntitle SLES\nroot (hd0,0)\nkernel /vmlinuz root=/dev/vda2\ninitrd /initrd\n";
    assert_equal(started(storage_with({{"/dev/sda1", {{"/grub/menu.lst", legacy}}}})),
                 "/dev/sda1: /vmlinuz, /initrd: root=/dev/vda2");
    // What an upgrade left behind.
    assert_equal(started(storage_with({{"/dev/sda1", {{"/grub/menu.lst", legacy}, {"/grub/grub.cfg", debian}}}})),
                 of_debian);
    // Nothing is started from another disk.
    assert_equal(started(storage_with({{"/dev/sdb1", {{"/grub/grub.cfg", debian}}}})),
                 "No menu of a boot loader that can be read was found.");
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/default-kernel/grub", grub);
    g_test_add_func("/default-kernel/grub/unclear", unclear_grub);
    g_test_add_func("/default-kernel/loader-specification", loader_specification);
    g_test_add_func("/default-kernel/systemd-boot", systemd_boot);
    g_test_add_func("/default-kernel/others", other_loaders);
    return g_test_run();
}
