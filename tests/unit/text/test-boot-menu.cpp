// SPDX-License-Identifier: LGPL-2.1-or-later
// Menus of boot loaders and what they start by default.
#include "fixers/text/boot_menu.h"
#include "fixers/text/grub_variables.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;

namespace {

constexpr const char *grub_cfg = R"(if [ "${next_entry}" ] ; then
   set default="${next_entry}"
else
   set default="1>b"
fi
function load_video {
  insmod all_video
}
menuentry 'First' --class gnu-linux $menuentry_id_option 'first-id' {
	if [ x$feature_platform_search_hint = xy ]; then
	  search --fs-uuid --set=root a
	fi
	linux	/vmlinuz root=UUID=1 ro
}
submenu 'More' --id more {
	menuentry "Old one" --id=a {
		linuxefi /old root=UUID=2
	}
	menuentry "Older one" --id 'b' --unrestricted {
		linux16 /older root=UUID=3 root=UUID=4
		linux /never root=UUID=5
	}
}
menuentry 'Firmware' { fwsetup }
)";

std::string started(const char *wanted, const char *file = grub_cfg) {
    const auto menu = text::grub_menu(file);
    const auto *entry = text::grub_entry(menu, wanted);
    return entry ? text::root_argument(entry->options) : "none";
}

/// Kernel, initrds, options and file system; "?" in front of what is unclear.
std::string files_of(const text::MenuEntry &entry) {
    auto all = (entry.unclear ? "?" : "") + entry.kernel;
    for (const auto &initrd : entry.initrds)
        all += "|" + initrd;
    return all + "|" + entry.options + (entry.filesystem.empty() ? "" : "@" + entry.filesystem);
}

} // namespace

static void grub() {
    assert_equal(text::grub_default(grub_cfg), "1>b");
    assert_equal(text::grub_default("set timeout=5\n"), "0");
    assert_equal(text::grub_default("set default=\"${saved_entry}\"\n"), "${saved_entry}");
    assert_equal(started("0"), "UUID=1");
    assert_equal(started("1"), "UUID=2");
    assert_equal(started("1>1"), "UUID=3");
    assert_equal(started("More>Older one"), "UUID=3");
    assert_equal(started("more>b"), "UUID=3");
    assert_equal(started("first-id"), "UUID=1");
    assert_equal(started("b"), "UUID=1"); // it is in a submenu, where GRUB does not look for it
    assert_equal(started("9"), "UUID=1");
    assert_equal(started("2"), "");
    assert_equal(started("0", ""), "none");
    assert_equal(started("0", "submenu x {\n}\n"), "none");
    g_assert_true(text::uses_blscfg("insmod blscfg\n  blscfg\n"));
    g_assert_false(text::uses_blscfg("insmod blscfg\n# blscfg\n"));
    std::string deep;
    for (int i = 0; i < 100000; ++i)
        deep += "submenu 'x' {\n";
    g_assert_cmpuint(text::grub_menu(deep).size(), <=, 16);
    assert_equal(started(std::string(100000, '>').c_str(), deep.c_str()), "none");
}

static void grub_files() {
    const auto of = [](const char *lines) {
        const auto menu = text::grub_menu("menuentry 'a' {\n" + std::string{lines} + "}\n");
        return menu.empty() ? "none" : files_of(menu.front());
    };
    assert_equal(of("linux /vmlinuz-6.1 root=UUID=1 ro  quiet\ninitrd /initrd.img-6.1\n"),
                 "/vmlinuz-6.1|/initrd.img-6.1|root=UUID=1 ro  quiet");
    assert_equal(of("  search --no-floppy --fs-uuid --set=root 1-2\n\tlinux\t/v\n\tinitrd\t/ucode.img /i\n"),
                 "/v|/ucode.img|/i|@1-2");
    assert_equal(
        of("search --fs-uuid --set=root --hint-bios=hd0,msdos1  a\nsearch --fs-uuid --set=root a\nlinuxefi /v x\n"
           "initrdefi /i\n"),
        "/v|/i|x@a");
    for (const char *more : {"search --fs-uuid --set=root b\n", "search --label --set=root x\n", "search\n",
                             "linux /other\n", "multiboot /xen\n", "module /vmlinuz\n", "chainloader +1\n"})
        g_assert_true(
            of((std::string{"search --fs-uuid --set=root a\nlinux /v x\n"} + more).c_str()).starts_with("?/v|"));
    assert_equal(of("module2 /vmlinuz root=x\n"), "?|/vmlinuz root=x"); // below Xen
    assert_equal(of("insmod ext2\n"), "|");
    assert_equal(of("set root='hd0,msdos1'\nsearch --fs-uuid --set=root a\nlinux /v x\n"), "/v|x@a");
    assert_equal(of("set root='hd0,msdos1'\nlinux /v x\n"), "/v|x@(root='hd0,msdos1'");
    assert_equal(of("search.fs_uuid a root\nlinux /v x\n"), "?/v|x");
}

static void grub_variables() {
    const std::string block =
        "# GRUB Environment Block\nsaved_entry=x\nkernelopts=root=UUID=1 ro\nsame=1\n" + std::string(900, '#');
    const text::GrubVariables variables{
        "set a=1\nset same=1\nset b=\"two words\"\n set c=1\nset c=2\nset d=$a\n"
        "set kernelopts=\"root=/dev/x\"\nset vt_handoff=vt.handoff=7\nset e=\nset f=x;y\n",
        block};
    const auto of = [&](const char *text) { return variables.expanded(text).value_or("uncertain"); };
    assert_equal(of("x $a ${a}b $b"), "x 1 1b two words");
    assert_equal(of("$kernelopts quiet $vt_handoff"), "root=UUID=1 ro quiet ");
    assert_equal(of("ro $tuned_params$e"), "ro ");
    assert_equal(of("$same"), "1");
    for (const char *bad : {"$c", "$d", "$f", "$unknown", "$", "${a", "${}", "$ab", "a$", "$?"})
        assert_equal(of(bad), "uncertain");
    g_assert_false(variables.expanded(std::string(70000, 'x')).has_value());
    std::string long_value = "set l=" + std::string(60000, 'x');
    g_assert_false((text::GrubVariables{long_value, ""}.expanded("$l$l").has_value()));
}

static void legacy_grub() {
    constexpr const char *menu =
        "default=1\ntimeout=5\ntitle One\n\troot (hd0,0)\n\tkernel /vmlinuz-1 ro\n"
        "title Two\n\troot (hd0,0)\n\tkernel (hd0,0)/vmlinuz-2 ro root=LABEL=/\n\tinitrd /i-2\n";
    const auto of = [](const std::string &file, unsigned partition) {
        const auto entry = text::legacy_default(file, partition);
        return entry ? files_of(*entry) : "none";
    };
    assert_equal(of(menu, 1), "/vmlinuz-2|/i-2|ro root=LABEL=/");
    assert_equal(of(menu, 2), "?/vmlinuz-2|/i-2|ro root=LABEL=/"); // it is on another one
    assert_equal(of("title One\nkernel /v\n", 1), "/v|");
    assert_equal(of("default saved\ntitle One\nkernel /v\n", 1), "none");
    assert_equal(of("default 3\ntitle One\nkernel /v\n", 1), "none");
    assert_equal(of("title Xen\nkernel /xen.gz\nmodule /vmlinuz root=x\n", 1), "?/xen.gz|");
    assert_equal(of("title W\nrootnoverify (hd0,1)\nchainloader +1\n", 2), "?|");
    assert_equal(of("title x\nkernel (hd0,0\n", 1), "?|");
}

static void loader_entries() {
    const auto entry = text::parse_loader_entry("arch", "# a comment\ntitle  Arch Linux\nversion\t6.8\nsort-key arch\n"
                                                        "options root=LABEL=x\noptions  ro quiet\noptionsx root=y\n");
    assert_equal(entry.title + "|" + entry.version + "|" + entry.sort_key, "Arch Linux|6.8|arch");
    assert_equal(entry.options, "root=LABEL=x ro quiet");
    assert_equal(text::root_argument(entry.options), "LABEL=x");
    const auto files = text::parse_loader_entry("a", "linux /v\ninitrd /ucode\ninitrd /i $tuned_initrd\n");
    assert_equal(files.kernel + "|" + files.initrds[0] + "|" + files.initrds[1] + "|" + files.initrds[2],
                 "/v|/ucode|/i|$tuned_initrd");
    g_assert_true(!files.unclear && text::parse_loader_entry("a", "linux /v\ndevicetree /d\n").unclear);
    g_assert_true(text::parse_loader_entry("a", "efi /EFI/shell.efi\n").unclear);
    assert_equal(text::loader_default("timeout 3\n#default a\ndefault   arch-*\n"), "arch-*");
    assert_equal(text::loader_default("default\n"), "");
}

static void syslinux() {
    const auto of = [](const char *file) {
        const auto entry = text::syslinux_default(file);
        return entry ? entry->id + " " + text::root_argument(entry->options) : "none";
    };
    constexpr const char *labels = "LABEL a\n KERNEL /a\n APPEND root=/dev/sda1\nlabel b\n append ro root=LABEL=b\n";
    assert_equal(of(labels), "a /dev/sda1");
    assert_equal(of((std::string{"DEFAULT b\n"} + labels).c_str()), "b LABEL=b");
    assert_equal(of((std::string{"default vesamenu.c32\n"} + labels + " Menu Default\n").c_str()), "b LABEL=b");
    assert_equal(of((std::string{"default menu.c32\nontimeout b\n"} + labels).c_str()), "a /dev/sda1");
    assert_equal(of("DEFAULT x\nAPPEND root=y\n"), "none");
    const auto files = [](const char *file) { return files_of(*text::syslinux_default(file)); };
    assert_equal(files("label a\nKERNEL vmlinuz\ninitrd a.img,b.img\nappend ro\n"), "vmlinuz|a.img|b.img|ro");
    assert_equal(files("label a\nlinux /v\nappend ro initrd=/i\n"), "/v|/i|ro initrd=/i");
    assert_equal(files("label a\ncom32 chain.c32\n"), "?|");
    assert_equal(files("label a\nkernel menu.c32\n"), "?menu.c32|");
    assert_equal(files("include other.cfg\nlabel a\nlinux /v\n"), "?/v|");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot-menu/grub", grub);
    g_test_add_func("/boot-menu/grub/files", grub_files);
    g_test_add_func("/boot-menu/grub/variables", grub_variables);
    g_test_add_func("/boot-menu/grub/legacy", legacy_grub);
    g_test_add_func("/boot-menu/loader-entries", loader_entries);
    g_test_add_func("/boot-menu/syslinux", syslinux);
    return g_test_run();
}
