// SPDX-License-Identifier: LGPL-2.1-or-later
// Menus of boot loaders and what they start by default.
#include "fixers/text/boot_menu.h"
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

static void loader_entries() {
    const auto entry = text::parse_loader_entry("arch", "# a comment\ntitle  Arch Linux\nversion\t6.8\nsort-key arch\n"
                                                        "options root=LABEL=x\noptions  ro quiet\noptionsx root=y\n");
    assert_equal(entry.title + "|" + entry.version + "|" + entry.sort_key, "Arch Linux|6.8|arch");
    assert_equal(entry.options, "root=LABEL=x ro quiet");
    assert_equal(text::root_argument(entry.options), "LABEL=x");
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
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot-menu/grub", grub);
    g_test_add_func("/boot-menu/loader-entries", loader_entries);
    g_test_add_func("/boot-menu/syslinux", syslinux);
    return g_test_run();
}
