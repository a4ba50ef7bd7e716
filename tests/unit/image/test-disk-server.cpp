// SPDX-License-Identifier: LGPL-2.1-or-later
// Disks on sockets, for virtual machines.
#include "convert/image/nbd/disk_server.h"
#include "tests/support/overlays.h"
#include "tests/support/source_images.h"
#include <sys/stat.h>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

constexpr std::uint64_t bytes = 8u << 20;

static Disk make_overlay(const TestFolder &folder) {
    const auto path = folder / "overlay";
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", path, "8M"});
    return test::own_qcow2(path, bytes);
}

static std::string nbd_uri(const std::string &socket) { return "nbd+unix:///?socket=" + socket; }

/// A virtual machine reads and writes the disk without opening a file of it.
static void serves_a_socket() {
    const TestFolder folder;
    const auto content = test::make_vmdk(folder, "twoGbMaxExtentSparse", bytes);
    const auto disk = unwrap(test::describe_file(content)).source.disks[0];
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    const auto socket = folder / "s";
    {
        auto server = unwrap(DiskServer::start(overlay, socket, std::nullopt, nullptr));
        assert_equal(server.socket(), socket);
        struct stat st{};
        g_assert_cmpint(stat(socket.c_str(), &st), ==, 0);
        g_assert_cmpint(st.st_mode & 0777, ==, 0600);
        test::run({"qemu-img", "compare", "-f", "raw", "-F", "raw", nbd_uri(socket), folder / "content.raw"});
        for (const auto *name : {"one", "two"}) // again after the first has gone
            test::run({"qemu-io", "-f", "raw", "-c",
                       std::string{"write -q -P "} + (name[0] == 'o' ? "1" : "2") + " 3M 1M", nbd_uri(socket)});
        unwrap(server.finish(nullptr));
    }
    g_assert_false(path_exists(socket));
    test::run({"qemu-io", "-f", "raw", "-c", "write -q -P 2 3M 1M", folder / "content.raw"});
    test::assert_reads_as(overlay, folder / "content.raw");
}

static void serves_one_user() {
    const auto user = private_user();
    if (!user) {
        g_test_skip("only root can give a socket to another user");
        return;
    }
    const TestFolder folder;
    const auto server = unwrap(DiskServer::start(make_overlay(folder), folder / "s", user, nullptr));
    struct stat st{};
    g_assert_cmpint(stat((folder / "s").c_str(), &st), ==, 0);
    g_assert_cmpuint(st.st_uid, ==, user->uid);
}

static void serves_nothing_damaged() {
    const TestFolder folder;
    const auto image = make_overlay(folder);
    g_assert_cmpint(truncate(image.top.path.c_str(), 100), ==, 0);
    const auto said = test::message_of(DiskServer::start(image, folder / "s", std::nullopt, nullptr), H2K_ERROR_FAILED);
    g_assert_true(said.contains(image.top.path));
    g_assert_false(path_exists(folder / "s"));
    const auto far = folder / std::string(100, 'x');
    test::message_of(DiskServer::start(make_overlay(folder), far, std::nullopt, nullptr), H2K_ERROR_FAILED);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/disk-server/serves", serves_a_socket);
    g_test_add_func("/disk-server/user", serves_one_user);
    g_test_add_func("/disk-server/damaged", serves_nothing_damaged);
    return g_test_run();
}
