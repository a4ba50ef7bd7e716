// SPDX-License-Identifier: LGPL-2.1-or-later
// Snapshots on VMFS: a text descriptor and an ESX Server sparse extent, here written by hand.
#include "tests/support/notices.h"
#include "tests/support/vmdk_chain.h"

using namespace h2k;
using test::assert_content;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::disk_of;
using test::TestFolder;
using test::unwrap;

constexpr std::uint64_t bytes = 8u << 20;

namespace {

std::string little(std::uint32_t value) {
    value = GUINT32_TO_LE(value);
    return {reinterpret_cast<const char *>(&value), sizeof value};
}

/// An ESX Server sparse extent with grains of one sector, of which sectors 5 and 9000 are there.
std::string cowd() {
    constexpr std::uint32_t sectors = bytes / 512, tables = sectors / 4096;
    std::string all = "COWD" + little(1) + little(3) + little(sectors) + little(1) + little(4) + little(tables);
    all.resize(4 * 512, '\0');
    all += little(5) + little(0) + little(5 + 32) + little(0);
    all.resize(5 * 512, '\0');
    const auto table = [&](std::uint32_t entry, std::uint32_t grain) {
        std::string one(4096 * 4, '\0');
        all += one.replace(entry * 4, 4, little(grain));
    };
    table(5, 69);
    table(9000 - 2 * 4096, 70);
    return all + std::string(512, 'a') + std::string(512, 'b');
}

std::string cowd_descriptor(const std::string &parent) {
    return "# Disk DescriptorFile\nversion=1\nCID=0badcafe\nparentCID=" + parent +
           "\ncreateType=\"vmfsSparse\"\nparentFileNameHint=\"base.vmdk\"\nRW 16384 VMFSSPARSE "
           "\"base-000001-delta.vmdk\"\n";
}

} // namespace

static void reads_snapshots_of_esx() {
    using namespace std::string_view_literals;
    const TestFolder folder;
    test::make_vmdk(folder, "monolithicFlat", bytes, "base.vmdk");
    const auto top = folder / "base-000001.vmdk", delta = folder / "base-000001-delta.vmdk";
    unwrap(write_file(top, cowd_descriptor(disk_of(folder / "base.vmdk").top.identity)));
    unwrap(write_file(delta, cowd()));
    test::patch(folder / "content.raw", 5 * 512, std::string(512, 'a'));
    test::patch(folder / "content.raw", 9000 * 512, std::string(512, 'b'));
    const auto disk = disk_of(top);
    assert_equal(disk.top.identity + " " + disk.top.subformat, "0badcafe vmfsSparse");
    g_assert_cmpuint(disk.files.size(), ==, 4);
    g_assert_cmpuint(disk.top.bytes, ==, bytes);
    assert_content(disk, folder / "content.raw");

    const auto grain = "“base-000001-delta.vmdk” is a damaged VMDK: its grain size is invalid.";
    const auto directory = "“base-000001-delta.vmdk” is a damaged VMDK: its grain directory does not cover its size.";
    const auto beyond = "“base-000001-delta.vmdk” is truncated: this VMDK refers to data beyond the end of the file.";
    const std::tuple<off_t, std::string_view, const char *> cases[] = {
        {4, "\x02"sv, "“base-000001-delta.vmdk” is a VMDK of version 2, which is not supported."},
        {12, "\0\0\0\0"sv, "“base-000001-delta.vmdk” is a VMDK with an invalid size."},
        {12, "\xff\x3f"sv, "“base-000001-delta.vmdk” does not have the size that “base-000001.vmdk” says."},
        {16, "\0"sv, grain},
        {16, "\x03"sv, grain},
        {16, "\0\0\0\x80"sv, grain},
        {20, "\xff\xff\xff\xff"sv, directory},
        {24, "\x03"sv, directory},
        {24, "\xff\xff\xff\xff"sv, directory},
        {4 * 512, "\xff\xff\xff\xff"sv, beyond},
        {5 * 512, "\xff\xff\xff\x7f"sv, beyond},
    };
    for (const auto &[offset, bad, sentence] : cases) {
        unwrap(write_file(delta, cowd()));
        test::patch(delta, offset, bad);
        assert_refused(top, sentence, DiskFormat::vmdk);
    }
    unwrap(write_file(delta, cowd()));
    test::patch(delta, 1648, "\x01");
    assert_equal(test::texts_of(unwrap(describe_file(top, DiskFormat::vmdk)).notices).at(0),
                 "“base-000001-delta.vmdk” was not closed properly; its last writes may be missing.");
    test::resize(delta, cowd().size() - 1);
    assert_refused(top, beyond, DiskFormat::vmdk);
    test::resize(delta, 2047);
    assert_refused(top, "“base-000001-delta.vmdk” is truncated: it ends before its own tables.", DiskFormat::vmdk);
}

static void names_other_vmware_formats() {
    using namespace std::string_view_literals;
    const TestFolder folder;
    const auto path = folder / "x.vmdk";
    unwrap(write_file(path, "COWD\x01\0\0\0"sv));
    assert_refused(path, "“x.vmdk” holds the data of a disk whose descriptor is another .vmdk file; name that one.");
    unwrap(write_file(path, "\xbe\xba\xfe\xca\0\0\0\0"sv));
    assert_refused(path, "“x.vmdk” holds the data of a disk whose descriptor is another .vmdk file; name that one.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/cowd/read", reads_snapshots_of_esx);
    g_test_add_func("/source/cowd/alone", names_other_vmware_formats);
    return g_test_run();
}
