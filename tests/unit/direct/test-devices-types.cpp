// SPDX-License-Identifier: LGPL-2.1-or-later
// libblkid sees in a sample of a disk what it sees in the whole disk.
#include "convert/base/text.h"
#include "tests/support/served_guest.h"
#include <array>
#include <map>

using namespace h2k;
using test::assert_equal;
using test::mebibyte;
using test::unwrap;

namespace {

struct Type {
    const char *name;
    std::uint64_t mebibytes;
    const char *script; ///< of the shell: makes it on "$1"
};

constexpr auto types = std::to_array<Type>({
    {"ext4", 8, "mke2fs -q -F -t ext4 -L 'a b' \"$1\""},
    {"ext4-journal", 8, "mke2fs -q -F -O journal_dev -L log \"$1\""},
    {"fat12", 3, "mkfs.fat -F 12 -n TWELVE \"$1\""},
    {"fat16", 200, "mkfs.fat -F 16 -s 8 -n SIXTEEN \"$1\""},
    {"fat32", 600, "mkfs.fat -F 32 -s 1 -n THIRTYTWO \"$1\""},
    {"fat-odd", 64, "mkfs.fat -F 16 -R 7 -r 4096 -n 'ODD NAME' \"$1\""},
    {"exfat", 600, "mkfs.exfat -L exlabel \"$1\""},
    {"ntfs", 5000, "mkfs.ntfs -q -f -F -L 'my windows' \"$1\""},
    // As Windows makes it: the file table is at 3 GiB.
    {"ntfs-far", 5000,
     "mkfs.ntfs -q -f -F -c 4096 -L 'my windows' \"$1\" && "
     "dd if=\"$1\" of=\"$1\" bs=4096 skip=4 seek=786432 count=4 conv=notrunc status=none && "
     "dd if=/dev/zero of=\"$1\" bs=4096 seek=4 count=4 conv=notrunc status=none && "
     "printf '\\000\\000\\014\\000' | dd of=\"$1\" bs=1 seek=48 conv=notrunc status=none"},
    {"xfs", 320, "mkfs.xfs -q -L xlabel \"$1\""},
    {"btrfs", 256, "mkfs.btrfs -q -L blabel \"$1\""},
    {"f2fs", 128, "mkfs.f2fs -q -l flabel \"$1\""},
    {"minix", 8, "mkfs.minix \"$1\""},
    {"bfs", 8, "mkfs.bfs \"$1\""},
    {"swap", 8, "mkswap -q -L s \"$1\""},
    {"swap-64k", 8, "mkswap -q -p 65536 \"$1\""},
    {"squashfs", 8,
     "d=$(mktemp -d) && mksquashfs \"$d\" \"$1\" -quiet -noappend && rmdir \"$d\" && truncate -s 8M \"$1\""},
    {"cramfs", 8, "d=$(mktemp -d) && mkfs.cramfs \"$d\" \"$1\" && rmdir \"$d\" && truncate -s 8M \"$1\""},
    {"lvm1", 64, "printf 'HM\\001\\000' | dd of=\"$1\" conv=notrunc status=none"},
    {"luks2-second", 64, "printf 'SKUL\\272\\276\\000\\002' | dd of=\"$1\" bs=4M seek=1 conv=notrunc status=none"},
    {"vmfs", 64, "printf '\\136\\361\\253\\057' | dd of=\"$1\" bs=2M seek=1 conv=notrunc status=none"},
    {"raid-0.90", 64,
     "printf '\\374\\116\\053\\251\\000\\000\\000\\000\\132\\000\\000\\000' | "
     "dd of=\"$1\" bs=64k seek=1023 conv=notrunc status=none"},
    {"promise", 64, "printf 'Promise Technology, Inc.' | dd of=\"$1\" bs=512 seek=127985 conv=notrunc status=none"},
});

std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i)
        plain += text[i] == '\\' && i + 1 < text.size() ? text[++i] : text[i];
    return plain;
}

/// Type, UUID and label that the program says of the whole file.
std::string blkid_says(const std::string &path) {
    const auto said = unwrap(run_command({.argv = {"blkid", "-c", "/dev/null", "-p", "-o", "export", path}}, nullptr));
    std::map<std::string, std::string> tags;
    for (const auto &line : lines(said.output))
        tags[line.substr(0, line.find('='))] = unescaped(line.substr(line.find('=') + 1));
    return tags["TYPE"] + "|" + tags["UUID"] + "|" + tags["LABEL"];
}

void same_as_blkid(gconstpointer data) {
    const auto &type = *static_cast<const Type *>(data);
    test::Guest guest;
    const auto path = guest.add({type.mebibytes * mebibyte});
    if (const auto made = unwrap(run_command({.argv = {"/bin/sh", "-ec", type.script, "sh", path}}, nullptr));
        made.status == 127) {
        g_test_skip("its mkfs is not here");
        return;
    } else {
        g_assert_cmpint(made.status, ==, 0);
    }
    const auto &found = guest.find();
    const auto expected = blkid_says(path);
    g_test_message("%s", expected.c_str());
    const auto &all = found.all();
    assert_equal(all.empty() ? "||" : all[0].type + "|" + all[0].uuid + "|" + all[0].label, expected);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    for (const auto &type : types)
        g_test_add_data_func((std::string{"/types/"} + type.name).c_str(), &type, same_as_blkid);
    return g_test_run();
}
