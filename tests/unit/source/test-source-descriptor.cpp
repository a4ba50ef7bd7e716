// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/source/image/vmdk/descriptor.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static const std::string head = "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n";

static std::string with_extents(const std::string &extents) {
    return head + "createType=\"monolithicFlat\"\n# Extent description\n" + extents + "\n";
}

static std::string descriptor_file(const char *name) {
    return unwrap(read_file(std::string{g_getenv("H2K_SOURCE_ROOT")} + "/tests/data/source/" + name, 1u << 20));
}

static void reads_vmfs() {
    const auto text = descriptor_file("esxi-vmfs.vmdk");
    g_assert_true(is_vmdk_descriptor(text));
    const auto found = unwrap(parse_vmdk_descriptor(text));
    assert_equal(found.create_type, "vmfs");
    assert_equal(found.adapter_type, "pvscsi");
    g_assert_cmphex(found.cid, ==, 0x5c1d9a3e);
    g_assert_cmphex(found.parent_cid, ==, vmdk_no_parent);
    g_assert_cmpuint(found.extents.size(), ==, 1);
    assert_equal(found.extents[0].type, "VMFS");
    assert_equal(found.extents[0].file, "web 01-flat.vmdk");
    g_assert_cmpuint(found.sectors, ==, 33554432);
}

static void reads_workstation_split() {
    const auto text = descriptor_file("workstation-split-crlf.vmdk");
    g_assert_true(is_vmdk_descriptor(text));
    const auto found = unwrap(parse_vmdk_descriptor(text));
    assert_equal(found.create_type, "twoGbMaxExtentFlat");
    g_assert_cmpuint(found.extents.size(), ==, 2);
    assert_equal(found.extents[1].file, "alt-f002.vmdk");
    g_assert_cmpuint(found.extents[1].offset, ==, 128);
    g_assert_cmpuint(found.sectors, ==, 4192256 + 2099200);
}

/// qemu searches the plain text for both IDs, and takes the first place that it finds.
static void knows_what_qemu_sees() {
    const auto plain = [](const std::string &text) { return unwrap(parse_vmdk_descriptor(text)).plain_ids; };
    const auto good = with_extents("RW 1 FLAT \"a\" 0");
    g_assert_true(plain(good));
    g_assert_true(plain("# A comment\n" + good));
    g_assert_false(plain("# CID=12345678\n" + good));
    g_assert_false(plain("parentCID=ffffffff\nversion=1\nCID=1\ncreateType=\"vmfs\"\nRW 1 VMFS \"a\"\n"));
    g_assert_false(plain("version=1\nCID = 1\nparentCID=ffffffff\ncreateType=\"vmfs\"\nRW 1 VMFS \"a\"\n"));
    std::string far;
    for (int i = 0; i < 4; i++)
        far += "#" + std::string(3000, ' ') + "\n";
    g_assert_false(plain(far + good));
}

static void reads_snapshot() {
    const auto found = unwrap(parse_vmdk_descriptor(descriptor_file("esxi-snapshot.vmdk")));
    g_assert_cmphex(found.parent_cid, ==, 0x5c1d9a3e);
    assert_equal(found.parent_hint, "web01.vmdk");
}

static void is_told_from_other_text() {
    g_assert_true(is_vmdk_descriptor("# disk descriptorFILE\r\n"));
    g_assert_true(is_vmdk_descriptor("\n# made by hand\nversion=1\n"));
    g_assert_false(is_vmdk_descriptor("# a shell script\necho version=1\n"));
    g_assert_false(is_vmdk_descriptor(""));
    g_assert_false(is_vmdk_descriptor(".encoding = \"UTF-8\"\nconfig.version = \"8\"\n"));
}

struct Bad {
    std::string text;
    const char *sentence;
};

static void refuses() {
    const std::string huge(512, 'x');
    const Bad cases[] = {
        {"", "The VMDK descriptor does not contain “version”."},
        {"version=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\n", "The VMDK descriptor does not contain “CID”."},
        {head, "The VMDK descriptor does not contain “createType”."},
        {with_extents(""), "The VMDK descriptor lists no extents, so it has no data."},
        {"version=9\n", "Line 1 of the VMDK descriptor cannot be parsed: “version=9”."},
        {"CID=1ffffffff\n", "Line 1 of the VMDK descriptor cannot be parsed: “CID=1ffffffff”."},
        {"CID=-1\n", "Line 1 of the VMDK descriptor cannot be parsed: “CID=-1”."},
        {"CID=1\nCID=2\n", "Line 2 of the VMDK descriptor cannot be parsed: “CID=2”."},
        {"rubbish\n", "Line 1 of the VMDK descriptor cannot be parsed: “rubbish”."},
        {"a b=c\n", "Line 1 of the VMDK descriptor cannot be parsed: “a b=c”."},
        {head + std::string{"a\0=c", 4}, "Line 5 of the VMDK descriptor cannot be parsed: “a”."},
        {std::string(longest_vmdk_descriptor + 1, '#'), "The VMDK descriptor is longer than 1 MiB."},
        {with_extents("RW -1 FLAT \"a\" 0"),
         "Line 7 of the VMDK descriptor is not a valid extent: “RW -1 FLAT \"a\" 0”."},
        {with_extents("RW 0 FLAT \"a\" 0"),
         "Line 7 of the VMDK descriptor is not a valid extent: “RW 0 FLAT \"a\" 0”."},
        {with_extents("RW 18446744073709551616 FLAT \"a\" 0"),
         "Line 7 of the VMDK descriptor is not a valid extent: “RW 18446744073709551616 FLAT \"a\" 0”."},
        {with_extents("RW 1 FLAT \"a\" 36028797018963968"),
         "Line 7 of the VMDK descriptor is not a valid extent: “RW 1 FLAT \"a\" 36028797018963968”."},
        {with_extents("RW 1 FLAT \"a\" 0 1"),
         "Line 7 of the VMDK descriptor is not a valid extent: “RW 1 FLAT \"a\" 0 1”."},
        {with_extents("RW 1 FLAT \"a\""), "Line 7 of the VMDK descriptor is not a valid extent: “RW 1 FLAT \"a\"”."},
        {with_extents("RW 1 FLAT a 0"), "Line 7 of the VMDK descriptor is not a valid extent: “RW 1 FLAT a 0”."},
        {with_extents("RW 1 SPARSE \"a"), "Line 7 of the VMDK descriptor is not a valid extent: “RW 1 SPARSE \"a”."},
        {with_extents("RW 1 SPARSE \"\""), "Line 7 of the VMDK descriptor is not a valid extent: “RW 1 SPARSE \"\"”."},
        {with_extents("RW"), "Line 7 of the VMDK descriptor is not a valid extent: “RW”."},
        // qemu's parser goes over line ends, so this would be an extent to it.
        {with_extents("RW\n1 FLAT \"/etc/shadow\" 0"), "Line 7 of the VMDK descriptor is not a valid extent: “RW”."},
        {with_extents("\vRW 1 FLAT \"/etc/a=b\" 0"),
         "Line 7 of the VMDK descriptor holds a control character: “?RW 1 FLAT \"/etc/a=b\" 0”."},
        // QEMU ends the name at the carriage return, and other programs the line.
        {with_extents("RW 1 FLAT \"evil\rx.vmdk\" 0"),
         "Line 7 of the VMDK descriptor holds a control character: “RW 1 FLAT \"evil?x.vmdk\" 0”."},
        {with_extents("# \rRW 1 FLAT \"/etc/shadow\" 0"),
         "Line 7 of the VMDK descriptor holds a control character: “# ?RW 1 FLAT \"/etc/shadow\" 0”."},
        {"#\r\r\n", "Line 1 of the VMDK descriptor holds a control character: “#?”."},
        {std::string(4097, '#'), "Line 1 of the VMDK descriptor is longer than 4096 bytes."},
        {"ddb.x = \"1\"\nddb.X = \"2\"\n", "Line 2 of the VMDK descriptor cannot be parsed: “ddb.X = \"2\"”."},
        {"cid=1\n", "Line 1 of the VMDK descriptor cannot be parsed: “cid=1”."},
        {"parentfilenamehint=\"a\"\n", "Line 1 of the VMDK descriptor cannot be parsed: “parentfilenamehint=\"a\"”."},
        {"parentFileNameHint=a.vmdk\n", "Line 1 of the VMDK descriptor cannot be parsed: “parentFileNameHint=a.vmdk”."},
        {"createType=\"vmfs\"x\"\n", "Line 1 of the VMDK descriptor cannot be parsed: “createType=\"vmfs\"x\"”."},
        {with_extents("RW 1 FLAT \"a\" 0") + std::string{"\0", 1} + "RW 1 FLAT \"/etc/shadow\" 0\n",
         "The VMDK descriptor goes on after a zero byte, where some programs stop reading and others do not."},
        // qemu takes this comment for a parent.
        {with_extents("RW 1 FLAT \"a\" 0\n# parentFileNameHint=\"/etc/shadow\""),
         "The VMDK descriptor names a parent disk in a way that qemu reads differently."},
        {with_extents("RW 1 FLAT \"a\" 0\nparentFileNameHint=\"/etc/shadow\"\nparentFileNameHint=\"\""),
         "Line 9 of the VMDK descriptor cannot be parsed: “parentFileNameHint=\"\"”."},
        {with_extents("RW 137438953472 FLAT \"a\" 0\nRW 1 FLAT \"b\" 0"),
         "The extents of the VMDK descriptor add up to more than 64 TiB."},
    };
    for (const auto &[text, sentence] : cases)
        assert_equal(test::message_of(parse_vmdk_descriptor(text), H2K_ERROR_SOURCE), sentence);
    g_assert_false(parse_vmdk_descriptor(with_extents("RW 1 SPARSE \"" + huge + "\"")).has_value());
}

/// Names are in the encoding that the descriptor states.
static void decodes_names() {
    const auto name = [](const std::string &encoding, const std::string &file) {
        const auto text = unwrap(
            parse_vmdk_descriptor("encoding=\"" + encoding + "\"\n" + with_extents("\nRW 1 FLAT \"" + file + "\" 0")));
        return text.extents.at(0).file;
    };
    assert_equal(name("windows-1252", "Pr\xfc"
                                      "f-flat.vmdk"),
                 "Prüf-flat.vmdk");
    assert_equal(name("GBK", "\xb2\xe2\xca\xd4.vmdk"), "测试.vmdk");
    assert_equal(name("Shift_JIS", "\x95\x5c.vmdk"), "表.vmdk"); // the second byte is that of a backslash
    assert_equal(name("windows-1252", "Prüf.vmdk"), "Prüf.vmdk");
    assert_equal(name("UTF-8", "Prüf.vmdk"), "Prüf.vmdk");
    const auto parent =
        unwrap(parse_vmdk_descriptor("encoding=windows-1252\n" + with_extents("parentFileNameHint=\"Pr\xfc"
                                                                              "f.vmdk\"\nRW 1 FLAT \"a\" 0")));
    assert_equal(parent.parent_hint, "Prüf.vmdk");
    assert_equal(
        test::message_of(parse_vmdk_descriptor("encoding=\"no-such\"\n" + with_extents("RW 1 FLAT \"\xfc\" 0")),
                         H2K_ERROR_SOURCE),
        "The VMDK descriptor names a file that is not valid in its encoding “no-such”: “�”.");
}

/// qemu takes what stands between two quotes after the first match, and searches 20 sectors.
static void refuses_a_parent_that_qemu_does_not_read() {
    const std::string hint = "parentFileNameHint=\"a\"\n", comment = "#" + std::string(4000, ' ') + "\n",
                      extent = "RW 1 FLAT \"a\" 0";
    assert_equal(unwrap(parse_vmdk_descriptor(with_extents(comment + comment + hint + extent))).parent_hint, "a");
    for (const auto &lines : {"# parentFileNameHint=\"b\"\n" + hint, "#parentFileNameHint=\"\"\n" + hint,
                              "ddb.x = \"parentFileNameHint=b\"\n" + hint, hint + "# parentFileNameHint=\"b\"\n",
                              std::string{"parentFileNameHint = \"a\"\n"}, comment + comment + comment + hint})
        assert_equal(test::message_of(parse_vmdk_descriptor(with_extents(lines + extent)), H2K_ERROR_SOURCE),
                     "The VMDK descriptor names a parent disk in a way that qemu reads differently.");
}

static void takes_odd_spellings() {
    const auto found = unwrap(parse_vmdk_descriptor(
        head + "createType = \"vmfs\"\nparentFileNameHint=\"\"\nRDONLY  7\tZERO\n  RW 9 VMFSRDM \"x y\" 0\n" +
        std::string(300, '\0') + "\"\n"));
    g_assert_cmpuint(found.extents.size(), ==, 2);
    assert_equal(found.extents[0].access, "RDONLY");
    assert_equal(found.extents[1].file, "x y");
    g_assert_cmpuint(found.sectors, ==, 16);
    unwrap(parse_vmdk_descriptor(with_extents("RW 1 FLAT \"a\" 0\nddb.x = \"1\"\nddb.x = \"1\"")));
    const auto encrypted = unwrap(parse_vmdk_descriptor(with_extents("RW 1 FLAT \"a\" 0\nencryptionKeys=\"k\"")));
    g_assert_true(encrypted.encrypted);
}

/// No cut and no changed byte of a good descriptor may do more than be refused.
static void survives_damage() {
    const auto good = descriptor_file("workstation-split-crlf.vmdk");
    for (std::size_t at = 0; at < good.size(); at++) {
        (void)parse_vmdk_descriptor(good.substr(0, at));
        for (const char byte : {'\0', '"', '\n', '9', '\xff', '='}) {
            auto bad = good;
            bad[at] = byte;
            if (const auto found = parse_vmdk_descriptor(bad))
                for (const auto &extent : found->extents)
                    g_assert_cmpuint(extent.sectors, <=, found->sectors);
        }
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/descriptor/vmfs", reads_vmfs);
    g_test_add_func("/source/descriptor/split", reads_workstation_split);
    g_test_add_func("/source/descriptor/snapshot", reads_snapshot);
    g_test_add_func("/source/descriptor/ids", knows_what_qemu_sees);
    g_test_add_func("/source/descriptor/recognise", is_told_from_other_text);
    g_test_add_func("/source/descriptor/refuse", refuses);
    g_test_add_func("/source/descriptor/encoding", decodes_names);
    g_test_add_func("/source/descriptor/parent", refuses_a_parent_that_qemu_does_not_read);
    g_test_add_func("/source/descriptor/odd", takes_odd_spellings);
    g_test_add_func("/source/descriptor/damage", survives_damage);
    return g_test_run();
}
