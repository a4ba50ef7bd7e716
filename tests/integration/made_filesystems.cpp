// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/made_filesystems.h"
#include "convert/base/text.h"
#include <fcntl.h>

namespace h2k::test {

namespace {

constexpr std::size_t block_size = 4096, largest = 256u << 20;

/// The first block of @what, a file or "<INODE>".
std::uint64_t first_block(const std::string &content, const std::string &what) {
    const auto blocks = words(trim(run({"debugfs", "-R", "blocks " + what, content})));
    g_assert_false(blocks.empty());
    return parse_number(blocks.front()).value_or(0);
}

} // namespace

std::string made_ext(const TestFolder &folder) {
    const auto tree = folder / "tree", content = folder / "ext";
    unwrap(make_folder(tree + "/folder", 0755));
    unwrap(h2k::write_file(tree + "/letters", std::string(block_size, 'a')));
    unwrap(h2k::write_file(tree + "/folder/file", "hello\n"));
    run({"mke2fs", "-q", "-t", "ext4", "-b", "4096", "-d", tree, content, "32M"});
    return content;
}

std::string made_ext_with_journal(const TestFolder &folder) {
    const auto content = made_ext(folder);
    const auto block = folder / "block", orders = folder / "orders";
    unwrap(h2k::write_file(block, std::string(block_size, 'b')));
    unwrap(h2k::write_file(orders, "jo -c\njw -b " + std::to_string(first_block(content, "/letters")) + " " + block +
                                       "\njc\n"));
    run({"debugfs", "-w", "-f", orders, content});
    return content;
}

std::uint64_t first_journal_block(const std::string &content) { return first_block(content, "<8>"); }

std::string made_fat(const TestFolder &folder) {
    const auto content = folder / "fat", file = folder / "file";
    unwrap(h2k::write_file(file, std::string(100000, 'f')));
    run({"mkfs.fat", "-C", "-F", "16", "-R", "4", content, "32768"});
    run({"mcopy", "-i", content, file, "::/A file with a long name"});
    return content;
}

void overwrite(const std::string &file, std::uint64_t offset, std::string_view bytes) {
    const Descriptor to{open(file.c_str(), O_WRONLY | O_CLOEXEC)};
    g_assert_true(to && write_all(to.get(), bytes, offset) == 0);
}

void assert_same_bytes(const std::string &file, const std::string &other) {
    g_assert_true(unwrap(read_file(file, largest)) == unwrap(read_file(other, largest)));
}

} // namespace h2k::test
