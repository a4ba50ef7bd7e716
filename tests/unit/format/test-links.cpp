// SPDX-License-Identifier: LGPL-2.1-or-later
// Symbolic links of others on the way to a source.
#include "convert/format/links.h"
#include "tests/support/test_folder.h"
#include <sys/stat.h>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

constexpr uid_t stranger = 65534;

static void link_of(uid_t owner, const std::string &target, const std::string &path) {
    g_assert_cmpint(symlink(target.c_str(), path.c_str()), ==, 0);
    if (geteuid() == 0)
        g_assert_cmpint(lchown(path.c_str(), owner, owner), ==, 0);
}

static ino_t inode_at(const std::string &path) {
    struct stat st{};
    g_assert_cmpint(fstat(unwrap(open_through_links(path)).get(), &st), ==, 0);
    return st.st_ino;
}

static void follows_our_links() {
    const TestFolder folder;
    unwrap(make_folder(folder / "a/b", 0755));
    unwrap(write_file(folder / "a/b/file", "x"));
    const auto wanted = inode_at(folder / "a/b/file");
    link_of(geteuid(), "a/b/../b", folder / "below");
    link_of(geteuid(), folder / "below//./file", folder / "again");
    for (const auto *path : {"below/file", "again", "below/../b/file"})
        g_assert_cmpuint(inode_at(folder / path), ==, wanted);
    const auto here = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    g_assert_cmpuint(inode_at("again"), ==, wanted);
    std::filesystem::current_path(here);
    link_of(geteuid(), "loop", folder / "loop");
    g_assert_true(test::message_of(open_through_links(folder / "loop"), H2K_ERROR_SOURCE).contains("Too many levels"));
    g_assert_true(test::message_of(open_through_links(folder / "no/such"), H2K_ERROR_SOURCE).contains("No such file"));
    g_assert_true(
        test::message_of(open_through_links(folder / "again/x"), H2K_ERROR_SOURCE).contains("Not a directory"));
}

static void follows_no_stranger_to_our_files() {
    if (geteuid() != 0)
        return g_test_skip("only root can make links of another user");
    const TestFolder folder;
    unwrap(write_file(folder / "ours", "secret"));
    unwrap(write_file(folder / "theirs", "x"));
    g_assert_cmpint(chown((folder / "theirs").c_str(), stranger, stranger), ==, 0);
    link_of(stranger, "ours", folder / "to-ours");
    link_of(stranger, "theirs", folder / "to-theirs");
    link_of(stranger, ".", folder / "here");
    link_of(0, "to-ours", folder / "over");
    assert_equal(test::message_of(open_through_links(folder / "to-ours"), H2K_ERROR_SOURCE),
                 "“" + (folder / "to-ours") +
                     "” is or contains a symbolic link of the user “nobody” to a file of “root”; name that file itself "
                     "if it is the one that you mean.");
    for (const auto *path : {"here/ours", "over", "here/here/to-ours"})
        test::message_of(open_through_links(folder / path), H2K_ERROR_SOURCE);
    g_assert_cmpuint(inode_at(folder / "to-theirs"), ==, inode_at(folder / "theirs"));
    g_assert_cmpuint(inode_at(folder / "here/theirs"), ==, inode_at(folder / "theirs"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/links/ours", follows_our_links);
    g_test_add_func("/links/strangers", follows_no_stranger_to_our_files);
    return g_test_run();
}
