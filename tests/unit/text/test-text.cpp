// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "fixers/text/assignments.h"
#include "fixers/text/boot_lines.h"
#include "fixers/text/fstab.h"
#include "fixers/text/ini.h"
#include "fixers/text/interfaces.h"
#include "fixers/text/kernel_args.h"
#include "fixers/text/netplan.h"
#include "fixers/text/udev_rules.h"
#include "tests/support/test.h"

using namespace h2k;
using namespace h2k::text;
using test::assert_equal;
using test::unwrap;

/// The bytes that a piece stands for.
static std::string_view raw(std::string_view file, const Piece &piece) { return file.substr(piece.at, piece.size); }

static void edits_keep_the_rest() {
    Edits edits;
    g_assert_true(edits.empty());
    edits.replace(4, 2, "X");
    edits.insert(0, ">");
    edits.replace(5, 3, "overlaps");
    edits.replace(100, 1, "outside");
    assert_equal(edits.applied("0123456789"), ">0123X6789");
    const auto lines = lines_of("a\r\n\nb");
    g_assert_cmpuint(lines.size(), ==, 3);
    assert_equal(lines[0].content, "a");
    g_assert_cmpuint(lines[0].size, ==, 3);
    g_assert_cmpuint(lines[2].at, ==, 4);
}

static void fstab_fields() {
    const std::string file = "# c\n/dev/sda1\t/my\\040dir ext4 rw,nofail 0 1\nshort line\nLABEL=a\\134b / xfs # x\n";
    const auto all = parse_fstab(file);
    g_assert_cmpuint(all.size(), ==, 2);
    g_assert_cmpuint(all[0].line, ==, 2);
    assert_equal(all[0].target.value, "/my dir");
    assert_equal(raw(file, all[0].target), "/my\\040dir");
    g_assert_true(all[0].has_option("nofail"));
    g_assert_false(all[0].has_option("no"));
    assert_equal(all[1].device.value, "LABEL=a\\b");
    g_assert_false(all[1].options.has_value());
    assert_equal(fstab_field("LABEL=a b\\c"), "LABEL=a\\040b\\134c");
    // A carriage return ends a field too, so one that was escaped is escaped again.
    assert_equal(fstab_field(parse_fstab("/dev/a\\015b / ext4")[0].device.value), "/dev/a\\015b");
    g_assert_cmpuint(parse_fstab("/dev/sda1 /\\04 ext4").size(), ==, 1);
    const auto crypt = parse_crypttab("# x\nvault /dev/sdb1 none luks\nhalf\nplain /dev/sdb2\n");
    g_assert_cmpuint(crypt.size(), ==, 2);
    assert_equal(crypt[0].options, "luks");
    assert_equal(crypt[1].key, "");
}

static std::string shown(std::string_view line) {
    std::string text;
    for (const auto &a : kernel_arguments(line))
        text += "[" + a.name + "|" + a.value.value + "|" + std::string{raw(line, a.value)} + "]";
    return text;
}

static void kernel_command_lines() {
    assert_equal(shown("root=/dev/sda1  ro"), "[root|/dev/sda1|/dev/sda1][ro||]");
    assert_equal(shown("a=\"b c\" \"root=/dev/sda1\" x='y'"), "[a|b c|b c][root|/dev/sda1|/dev/sda1][x|y|y]");
    assert_equal(shown("note=it's root=/dev/sda1"), "[note|it's|it's][root|/dev/sda1|/dev/sda1]");
    assert_equal(shown("d=\"f +p; root=x\" root=y"), "[d|f +p; root=x|f +p; root=x][root|y|y]");
    assert_equal(shown("   "), "");
    assert_equal(shown("root="), "[root||]");
}

static void shell_assignments() {
    const std::string file =
        "# A=0\nexport A=1 # one\n B=\"x \\\"y\\\" z\" # two\nC='q'\nif [ a = b ]\nD=\nE=\"open\nA=2";
    const auto all = parse_assignments(file);
    assert_equal(last(all, "A")->value.value, "2");
    assert_equal(all[0].value.value, "1");
    assert_equal(last(all, "B")->value.value, "x \\\"y\\\" z");
    assert_equal(raw(file, last(all, "C")->value), "q");
    assert_equal(last(all, "D")->value.value, "");
    assert_equal(last(all, "E")->value.value, "open");
    g_assert_null(last(all, "F"));
}

static void shell_additions() {
    const std::string file = "A+=\" w\"\nA=x\nA+=\" y\"\nB+=\" u\"\nB+=\" v\"\n";
    const auto all = parse_assignments(file);
    assert_equal(last(all, "A")->value.value, "x");
    assert_equal(value_of(all, "A"), "x y");
    assert_equal(last(all, "B")->value.value, " u"); // it sets what nothing set before
    assert_equal(value_of(all, "B"), "u v");
    assert_equal(value_of(all, "C"), "");
}

static void grub_environment() {
    std::string block = "# GRUB Environment Block\nkernelopts=root=/dev/sda1 ro\n";
    block.append(1024 - block.size(), '#');
    g_assert_true(is_grubenv(block));
    const auto all = parse_grubenv(block);
    g_assert_cmpuint(all.size(), ==, 1);
    Edits edits;
    edits.replace(all[0].value, "root=UUID=0123");
    const auto edited = edited_grubenv(block, edits);
    g_assert_cmpuint(edited.size(), ==, 1024);
    g_assert_true(edited.starts_with("# GRUB Environment Block\nkernelopts=root=UUID=0123\n###"));
    Edits longer;
    longer.replace(all[0].value, std::string(1000, 'x'));
    assert_equal(edited_grubenv(block, longer), "");
    g_assert_true(parse_grubenv("kernelopts=root=/dev/sda1\n").empty());
}

static std::string regions(std::string_view file, const std::vector<Region> &found) {
    std::string text;
    for (const auto &region : found)
        text += std::string{file.substr(region.at, region.size)} + "|";
    return text;
}

static void boot_files() {
    const std::string grub = "set root='hd0,msdos1'\n\tlinux /v root=a\n linuxefi\n#linux /c\nlinux-foo x\n"
                             "set kernelopts=\"root=b ro\"\nset kernelopts=root=c\n\tinitrd /i\n";
    assert_equal(regions(grub, grub_kernel_lines(grub)), "/v root=a||root=b ro|root=c|");
    const std::string bls = "title x\noptions root=a\noptions\tquiet\noptionsx y\n";
    assert_equal(regions(bls, bls_options(bls)), "root=a|quiet|");
    const std::string map = "# c\n(hd0)\t/dev/sda \r\n(hd1) /dev/disk/by-id/x\n";
    const auto names = device_map(map);
    g_assert_cmpuint(names.size(), ==, 2);
    assert_equal(names[0].value, "/dev/sda");
}

static void ini_files() {
    const std::string file = "top=1\n[Match]\n; c\nName = ens192 \nName=b\n[Open\nX=\n";
    const auto all = parse_ini(file);
    g_assert_cmpuint(all.size(), ==, 4);
    assert_equal(entry_of(all, "Match", "Name")->value.value, "ens192");
    assert_equal(raw(file, all[1].value), "ens192");
    assert_equal(entry_of(all, "Open", "X")->value.value, "");
    const std::string name(256, 's'), key(256, 'k');
    const auto hostile = "[" + name + "]\na=1\n[b]\n" + key + "=1\nc=2\n";
    const auto kept = parse_ini(hostile);
    g_assert_cmpuint(kept.size(), ==, 1);
    assert_equal(kept[0].key, "c");
    g_assert_null(entry_of(all, "Match", "X"));
}

static void interfaces_files() {
    const std::string file =
        "auto lo ens192\niface ens192 inet \\\n static\n  # c\n  hwaddress ether 00:50:56:01:02:03\n"
        "source interfaces.d/*\nsource-directory /x\n  stray 1\niface\n";
    const auto all = parse_interfaces(file);
    assert_equal(join(all.started, " "), "lo ens192");
    g_assert_cmpuint(all.stanzas.size(), ==, 1);
    assert_equal(all.stanzas[0].method, "static");
    g_assert_cmpuint(all.stanzas[0].options.size(), ==, 1);
    assert_equal(raw(file, all.stanzas[0].options[0].words[1]), "00:50:56:01:02:03");
    assert_equal(join(all.sources, " "), "interfaces.d/* /x/*");
}

static void udev_rules() {
    const std::string file =
        "# c\nSUBSYSTEM==\"net\", ATTR{address}==\"00:50\", NAME=\"eth0\"\nA==\"1\", \\\nB==\"2\"\nbad\nC==\"open\n";
    const auto rules = parse_udev_rules(file);
    g_assert_cmpuint(rules.size(), ==, 1);
    assert_equal(rules[0].term("ATTR{address}", "==")->value.value, "00:50");
    assert_equal(raw(file, rules[0].term("NAME", "=")->value), "eth0");
    g_assert_null(rules[0].term("NAME", "=="));
}

static std::string netplan_with(const std::string &mac) {
    return "network:\n  ethernets:\n    a:\n      match: {macaddress: " + mac + "}\n      set-name: &n \"x0\"\n";
}

static void netplan_documents() {
    for (const auto &bad :
         {std::string{"a: [b"}, std::string{"\xff"}, std::string(65, '[') + std::string(65, ']'),
          std::string(60000, '['), "#" + std::string(65536, 'x'), std::string{"network: &a\n  ethernets: *a\n"}})
        test::message_of(read_network_yaml(bad), H2K_ERROR_FAILED);
    for (const auto &good : {std::string{}, std::string(64, '[') + std::string(64, ']')})
        unwrap(read_network_yaml(good));
}

static void netplan_edits_are_checked() {
    const auto before = netplan_with("'00:50:56:01:02:03'"), after = netplan_with("'52:54:00:01:02:03'");
    const auto at = before.find("00:50");
    g_assert_true(changes_only(before, after, {{at, "52:54:00:01:02:03"}}));
    g_assert_false(changes_only(before, after, {{at, "52:54:00:01:02:04"}}));
    g_assert_false(changes_only(before, after, {}));
    g_assert_false(changes_only(before, after + "x: 1\n", {{at, "52:54:00:01:02:03"}}));
    g_assert_false(changes_only(before, after + "]", {{at, "52:54:00:01:02:03"}}));
    const std::string two = "m: {driver: x, name: y}\n";
    g_assert_true(changes_only(two, "m: {name: y}\n", {{two.find('x'), std::nullopt}}));
    g_assert_false(changes_only(two, "m: {}\n", {{two.find('x'), std::nullopt}}));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/text/edits", edits_keep_the_rest);
    g_test_add_func("/text/fstab", fstab_fields);
    g_test_add_func("/text/kernel-arguments", kernel_command_lines);
    g_test_add_func("/text/assignments", shell_assignments);
    g_test_add_func("/text/assignments/additions", shell_additions);
    g_test_add_func("/text/grubenv", grub_environment);
    g_test_add_func("/text/boot-files", boot_files);
    g_test_add_func("/text/ini", ini_files);
    g_test_add_func("/text/interfaces", interfaces_files);
    g_test_add_func("/text/udev-rules", udev_rules);
    g_test_add_func("/text/netplan", netplan_documents);
    g_test_add_func("/text/netplan/edits", netplan_edits_are_checked);
    return g_test_run();
}
