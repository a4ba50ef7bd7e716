// SPDX-License-Identifier: LGPL-2.1-or-later
// What a QEMU of libguestfs gets as open files.
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/confine/confinement.h"
#include "tests/support/test_folder.h"
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

/// Runs @script as a user who can reach nothing of ours; its arguments are @arguments, as they are handed over.
static Finished run(const std::string &script, const std::vector<std::string> &arguments) {
    std::vector<std::string> argv{"/bin/bash", "-c", script, "qemu"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return unwrap(run_command(confined({.argv = argv}, {.hands_over = true, .user = private_user()}), nullptr));
}

/// A server of one connection, which it greets.
class Greeter {
  public:
    explicit Greeter(const std::string &path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        struct sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        g_assert_cmpint(bind(socket_.get(), reinterpret_cast<const struct sockaddr *>(&address), sizeof address), ==,
                        0);
        g_assert_cmpint(listen(socket_.get(), 1), ==, 0);
        thread_ = std::jthread{[this] {
            const Descriptor taken{accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
            g_assert_cmpint(write_all(taken.get(), "hello\n"), ==, 0);
        }};
    }

  private:
    Descriptor socket_;
    std::jthread thread_;
};

static void kernel_and_initrd_are_copies() {
    const TestFolder folder; // 0700
    const auto kernel = folder / "kernel";
    unwrap(write_file(kernel, "the kernel"));
    g_assert_cmpint(chmod(kernel.c_str(), 0600), ==, 0);
    const auto done = run("cat \"$2\" \"$4\"; echo \" $5\"", {"-kernel", kernel, "-initrd", kernel, "-kernel"});
    assert_equal(done.errors, "");
    assert_equal(done.output, "the kernelthe kernel -kernel\n");
    const auto none = run("echo started", {"-kernel", folder / "none"});
    g_assert_cmpint(none.status, ==, 126);
    g_assert_true(none.errors.contains("none: No such file or directory"));
}

static void snapshots_are_open() {
    const TestFolder folder;
    const auto root = folder / "ro,ot"; // which QEMU's syntax doubles
    unwrap(write_file(root, "the root"));
    const auto named = "file=" + replace_all(root, ",", ",,");
    const auto done =
        run("n=${2##*fdset/}; cat <&${n%%,*}; echo \" $@\"", {"-drive", named + ",snapshot=on,format=raw"});
    const auto said = done.output;
    g_assert_true(said.starts_with("the root -drive file=/dev/fdset/"));
    const auto number = said.substr(std::string_view{"the root -drive file=/dev/fdset/"}.size()).substr(0, 1);
    assert_equal(said, "the root -drive file=/dev/fdset/" + number + ",snapshot=on,format=raw -add-fd fd=" + number +
                           ",set=" + number + "\n");
    // Others are not for it to open.
    assert_equal(run("echo $2", {"-drive", named + ",format=raw"}).output, named + ",format=raw\n");
}

static void sockets_are_connected() {
    const TestFolder folder;
    const auto made = folder / "libguestfs";
    unwrap(make_folder(made, 0700));
    {
        const Greeter channel{made + "/sock"}, disk{folder / "disk"};
        const auto done = run("n=${2##*fd=}; cat <&${n%%,*}; n=${4##*str=}; cat <&${n%%,*}; echo ${2%=*} ${4%%str*}",
                              {"-chardev", "socket,path=" + made + "/sock", "-drive",
                               "file=nbd:unix:" + (folder / "disk") + ",format=raw"});
        assert_equal(done.errors, "");
        assert_equal(done.output, "hello\nhello\nsocket,fd file.driver=nbd,file.server.type=fd,file.server.\n");
    }
    // libguestfs's own leaves nothing behind if the job is killed; a disk's server keeps its own.
    g_assert_false(path_exists(made));
    g_assert_true(path_exists(folder / "disk"));
    g_assert_cmpint(run("echo", {"-chardev", "socket,path=" + (folder / "none")}).status, ==, 126);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/hand-over/kernel", kernel_and_initrd_are_copies);
    g_test_add_func("/hand-over/snapshot", snapshots_are_open);
    g_test_add_func("/hand-over/sockets", sockets_are_connected);
    return g_test_run();
}
