// SPDX-License-Identifier: LGPL-2.1-or-later
// virt-hyper2kvm-fs itself, with disks that qemu-nbd serves.
#include "convert/base/descriptor.h"
#include "convert/base/text.h"
#include "convert/direct/wire/devices.h"
#include "convert/direct/wire/message.h"
#include "tests/support/ext_image.h"
#include "tests/support/served_bytes.h"
#include <sys/socket.h>

using namespace h2k;
using test::assert_equal;
using test::start_server;
using test::TestFolder;
using test::unwrap;

namespace {

/// A running program, and our end of its socket.
class Program {
  public:
    /// Takes over @disks.
    explicit Program(std::vector<std::string> arguments, std::vector<int> disks = {}) {
        int ends[2] = {-1, -1};
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
        job_ = Descriptor{ends[0]};
        const auto launcher = Ref<GSubprocessLauncher>::adopt(g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE));
        g_subprocess_launcher_take_stdin_fd(launcher.get(), ends[1]);
        for (int target = 3; const int disk : disks)
            g_subprocess_launcher_take_fd(launcher.get(), disk, target++);
        arguments.insert(arguments.begin(), std::string{g_getenv("VIRT_HYPER2KVM_LIBEXEC")} + "/virt-hyper2kvm-fs");
        std::vector<const char *> argv;
        for (const auto &argument : arguments)
            argv.push_back(argument.c_str());
        argv.push_back(nullptr);
        process_ = Ref<GSubprocess>::adopt(g_subprocess_launcher_spawnv(launcher.get(), argv.data(), nullptr));
        g_assert_true(static_cast<bool>(process_));
    }
    /// "done: FIELD, FIELD"; "gone" where it has ended.
    std::string ask(FsCall call, std::vector<std::string> fields) {
        const auto reply = send({.kind = static_cast<std::uint8_t>(call), .fields = std::move(fields)});
        constexpr const char *outcomes[] = {"done", "failed", "unfit"};
        return reply ? outcomes[reply->kind] + std::string{": "} + join(reply->fields, ", ") : "gone";
    }
    std::optional<Message> send(const Message &message) {
        unwrap(send_message(job_.get(), message));
        return unwrap(receive_message(job_.get()));
    }
    void send_bytes(std::string_view bytes) { g_assert_cmpint(write_all(job_.get(), bytes), ==, 0); }
    /// Its exit status, after our end was closed.
    int finish() {
        job_.reset();
        g_assert_true(g_subprocess_wait(process_.get(), nullptr, nullptr));
        g_assert_true(g_subprocess_get_if_exited(process_.get()));
        return g_subprocess_get_exit_status(process_.get());
    }

  private:
    Descriptor job_;
    Ref<GSubprocess> process_;
};

std::string make_disk(const TestFolder &folder) {
    test::make_ext(folder, "-t ext4", "16M");
    return folder / "made.img";
}

void changes_disks() {
    const TestFolder folder;
    const auto path = make_disk(folder), swap = folder / "swap";
    test::put_file(swap, std::string(1 << 20, '\0'));
    g_assert_cmpint(test::status_of("mkswap -q -U 11111111-2222-3333-4444-555555555555 " + swap), ==, 0);
    const auto content = test::noise(3 << 20, 1);
    auto first = unwrap(start_server(path)), second = unwrap(start_server(swap));
    Program program{{"512", "4096"}, {first.take_socket(), second.take_socket()}};
    using enum FsCall;
    const auto found = program.send({.kind = static_cast<std::uint8_t>(devices), .fields = {}});
    g_assert_true(found && found->fields.size() == 2);
    assert_equal(unwrap(device_from(found->fields[0])).type, "ext4");
    assert_equal(unwrap(device_from(found->fields[1])).type, "swap");
    assert_equal(program.ask(mount, {"/dev/sda", "/", "0"}), "done: ");
    assert_equal(program.ask(write, {"/file", content}), "done: ");
    assert_equal(program.ask(trim, {}), "done: ");
    assert_equal(program.ask(unmount_all, {}), "done: ");
    assert_equal(program.ask(mount, {"/dev/sda", "/", "1"}), "done: ");
    assert_equal(program.ask(sha256, {"/file"}), "done: " + sha256_of(content));
    g_assert_cmpint(program.finish(), ==, 0);
    for (auto *server : {&first, &second})
        g_assert_cmpint(unwrap(server->wait(nullptr)).status, ==, 0);
    g_assert_cmpint(test::status_of("e2fsck -fn " + path), ==, 0);
    g_assert_cmpint(test::status_of("debugfs -R \"dump /file " + (folder / "got") + "\" " + path), ==, 0);
    g_assert_true(test::file_content(folder / "got") == content);
}

/// What was not written by unmount_all.
void forgets_the_rest() {
    const TestFolder folder;
    const auto path = make_disk(folder);
    const auto before = test::file_content(path);
    auto server = unwrap(start_server(path));
    Program program{{"512"}, {server.take_socket()}};
    using enum FsCall;
    assert_equal(program.ask(mount, {"/dev/sda", "/", "0"}), "done: ");
    assert_equal(program.ask(write, {"/file", "content"}), "done: ");
    g_assert_cmpint(program.finish(), ==, 0);
    g_assert_cmpint(unwrap(server.wait(nullptr)).status, ==, 0);
    g_assert_true(test::file_content(path) == before);
}

void ends_at_what_is_malformed() {
    const TestFolder folder;
    const auto path = make_disk(folder);
    const std::string_view messages[] = {{"\0\0\0\0", 4},
                                         {"\xff\xff\xff\xff", 4},
                                         {"\1\0\0\0\xff", 5},
                                         {"\2\0\0\0\0\0", 6},
                                         {"\6\0\0\0\5\1\0\0\0/", 10}};
    for (const auto message : messages) {
        auto server = unwrap(start_server(path));
        Program program{{"512"}, {server.take_socket()}};
        program.send_bytes(message);
        g_assert_cmpint(program.finish(), ==, 1);
    }
}

void checks_its_start() {
    for (const std::vector<std::string> &arguments :
         {std::vector<std::string>{}, {"0"}, {"1024"}, {"512x"}, {"512", "-1"}, {"512", "/dev/sda1"}, {"/a", "/b"}})
        g_assert_cmpint(Program{arguments}.finish(), ==, 1);
    // A disk that nobody serves.
    int ends[2] = {-1, -1};
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    Descriptor{ends[1]}.reset();
    Program program{{"512"}, {ends[0]}};
    g_assert_true(program.ask(FsCall::devices, {}).starts_with("unfit: "));
    g_assert_true(program.ask(FsCall::mount, {"/dev/sda", "/", "0"}).starts_with("unfit: "));
    g_assert_cmpint(program.finish(), ==, 0);
}

} // namespace

int main(int argc, char **argv) {
    test::use_system_tools();
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/direct/fs-program/changes", changes_disks);
    g_test_add_func("/direct/fs-program/unwritten", forgets_the_rest);
    g_test_add_func("/direct/fs-program/malformed", ends_at_what_is_malformed);
    g_test_add_func("/direct/fs-program/start", checks_its_start);
    return g_test_run();
}
