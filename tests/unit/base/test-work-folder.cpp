// SPDX-License-Identifier: LGPL-2.1-or-later
// Work folders: private, removed with what is in them, and only where nobody can swap names.
#include "convert/base/files.h"
#include "convert/base/folders/safe_folder.h"
#include "convert/base/messages.h"
#include "convert/base/work_folder.h"
#include "tests/support/test.h"
#include <filesystem>
#include <fstream>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

/// A folder for one test.
struct Parent {
    Owned<char> made{g_dir_make_tmp("h2k-XXXXXX", nullptr)};
    Parent() = default;
    Parent(const Parent &) = delete;
    Parent &operator=(const Parent &) = delete;
    ~Parent() { std::filesystem::remove_all(made.get()); }
    [[nodiscard]] std::string file(const std::string &name) const { return std::string{made.get()} + "/" + name; }
    std::string folder(const std::string &name, mode_t mode) const {
        std::filesystem::create_directories(file(name));
        g_assert_cmpint(g_chmod(file(name).c_str(), static_cast<int>(mode)), ==, 0);
        return file(name);
    }
};

void cleans_up() {
    const Owned<char> parent{g_dir_make_tmp("h2k-XXXXXX", nullptr)};
    std::string left;
    {
        const auto work = unwrap(WorkFolder::create(parent.get()));
        left = work->path();
        unwrap(write_file(work->file("x"), "content"));
        struct stat st{};
        g_assert_cmpint(stat(work->file("x").c_str(), &st), ==, 0);
        g_assert_cmpuint(st.st_mode & 07777, ==, 0600);
        g_assert_true(path_exists(work->file("x")));
        const auto second = unwrap(WorkFolder::create(parent.get()));
        g_assert_true(path_exists(left)); // a live job's folder stays
    }
    g_assert_false(path_exists(left));
    // What a killed job left is removed by the next one; a stranger's folder is not.
    const std::string dead = std::string{parent.get()} + "/.virt-hyper2kvm-dead";
    const std::string strange = std::string{parent.get()} + "/.virt-hyper2kvm-none";
    std::filesystem::create_directories(dead);
    std::filesystem::create_directories(strange);
    for (const auto &folder : {dead, strange})
        g_assert_cmpint(g_chmod(folder.c_str(), 0700), ==, 0);
    std::ofstream{dead + "/lock"} << "virt-hyper2kvm job\n";
    std::ofstream{strange + "/lock"} << "something else\n";
    const auto third = unwrap(WorkFolder::create(parent.get()));
    g_assert_false(path_exists(dead));
    g_assert_true(path_exists(strange));
    std::filesystem::remove_all(parent.get());
}

/// A job that is killed before it has marked its folder leaves it without a mark.
void unmarked_folders_are_removed() {
    const Parent parent;
    const auto empty = parent.folder(".virt-hyper2kvm-empty", 0700),
               unmarked = parent.folder(".virt-hyper2kvm-lock", 0700);
    const auto strange = parent.folder(".virt-hyper2kvm-file", 0700),
               open = parent.folder(".virt-hyper2kvm-open", 0755);
    unwrap(write_file(unmarked + "/lock", ""));
    unwrap(write_file(strange + "/file", "x"));
    const auto work = unwrap(WorkFolder::create(parent.made.get()));
    g_assert_false(path_exists(empty) || path_exists(unmarked));
    g_assert_true(path_exists(strange) && path_exists(open));
}

/// Somebody who could rename the folder makes it remove nothing else, and links in it are not followed.
void swapped_folders_are_not_followed() {
    const Parent parent;
    const auto precious = parent.folder("precious", 0700), moved = parent.file("moved");
    unwrap(write_file(precious + "/file", "x"));
    {
        const auto work = unwrap(WorkFolder::create(parent.made.get()));
        unwrap(write_file(work->file("own"), "x"));
        g_assert_cmpint(symlink(precious.c_str(), work->file("link").c_str()), ==, 0);
        std::filesystem::create_directories(work->file("a/b/c"));
        g_assert_cmpint(rename(work->path().c_str(), moved.c_str()), ==, 0);
        g_assert_cmpint(symlink(precious.c_str(), work->path().c_str()), ==, 0);
    }
    g_assert_true(path_exists(precious + "/file"));
    g_assert_true(path_exists(moved) && std::filesystem::is_empty(moved));
    // Nor is a link in place of an abandoned folder.
    g_assert_cmpint(rename(moved.c_str(), parent.file("elsewhere").c_str()), ==, 0);
    unwrap(write_file(parent.file("elsewhere/lock"), "virt-hyper2kvm job\n"));
    g_assert_cmpint(symlink("elsewhere", parent.file(".virt-hyper2kvm-link").c_str()), ==, 0);
    const auto next = unwrap(WorkFolder::create(parent.made.get()));
    g_assert_true(path_exists(parent.file("elsewhere/lock")));
}

void other_users_cannot_swap_names() {
    const Parent parent;
    unwrap(safe_folder(parent.folder("own", 0755)));
    unwrap(safe_folder(parent.folder("sticky", 01777)));
    const auto open = parent.folder("open", 0777), inner = parent.folder("open/inner", 0700);
    for (const auto &path : {open, inner})
        g_assert_nonnull(
            strstr(test::message_of(safe_folder(path), H2K_ERROR_TARGET).c_str(), ("“" + open + "”").c_str()));
    test::message_of(WorkFolder::create(open), H2K_ERROR_TARGET);
    g_assert_true(std::filesystem::is_empty(inner));
    g_assert_cmpint(symlink("open/inner", parent.file("link").c_str()), ==, 0);
    test::message_of(WorkFolder::create(parent.file("link")), H2K_ERROR_TARGET);
    test::message_of(WorkFolder::create(parent.file("missing")), H2K_ERROR_TARGET);
    if (geteuid() != 0)
        return;
    constexpr uid_t daemon = 1;
    const auto foreign = parent.folder("foreign", 0755), grouped = parent.folder("grouped", 0775);
    g_assert_cmpint(chown(foreign.c_str(), daemon, 0), ==, 0);
    g_assert_nonnull(strstr(test::message_of(safe_folder(foreign), H2K_ERROR_TARGET).c_str(), "daemon"));
    g_setenv("SUDO_UID", "1", TRUE);
    unwrap(safe_folder(foreign));
    g_unsetenv("SUDO_UID");
    unwrap(safe_folder(grouped)); // of root's group
    g_assert_cmpint(chown(grouped.c_str(), 0, daemon), ==, 0);
    test::message_of(safe_folder(grouped), H2K_ERROR_TARGET);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/work-folder/clean", cleans_up);
    g_test_add_func("/work-folder/unmarked", unmarked_folders_are_removed);
    g_test_add_func("/work-folder/swapped", swapped_folders_are_not_followed);
    g_test_add_func("/work-folder/others", other_users_cannot_swap_names);
    return g_test_run();
}
