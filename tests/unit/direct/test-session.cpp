// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests and replies of virt-hyper2kvm-fs, without its process.
#include "convert/base/text.h"
#include "convert/direct/program/serve/session.h"
#include "convert/direct/wire/devices.h"
#include "tests/support/ext_image.h"

using namespace h2k;
using test::assert_equal;
using test::noise;
using test::TestFolder;

namespace {

/// A guest: "/dev/sda1" with ext4, "/dev/sda2" with swap, "/dev/sda3" hibernated, "/dev/sda5" with something else.
class Guest {
  public:
    Guest() : root_(test::make_ext(folder_, "-t ext4", "16M")) {
        session_.emplace(Storage{.disks = {&root_},
                                 .opened = {},
                                 .devices = {{.name = "/dev/sda1", .type = "ext4"},
                                             {.name = "/dev/sda2", .type = "swap", .uuid = "1"},
                                             {.name = "/dev/sda3", .type = "swsuspend", .uuid = "2"},
                                             {.name = "/dev/sda5", .type = "xfs"}},
                                 .content = [this](const std::string &name) { return content(name); },
                                 .unfit = {}});
    }
    /// "done: FIELD, FIELD", or "malformed".
    std::string ask(FsCall call, std::vector<std::string> fields) {
        const auto reply = session_->answer({.kind = static_cast<std::uint8_t>(call), .fields = std::move(fields)});
        if (!reply)
            return "malformed";
        constexpr const char *outcomes[] = {"done", "failed", "unfit"};
        return outcomes[reply->kind] + std::string{": "} + join(reply->fields, ", ");
    }
    std::optional<Message> answer(const Message &request) { return session_->answer(request); }
    test::MemoryDisk &root() { return root_; }
    test::MemoryDisk &swap() { return swap_; }
    test::MemoryDisk &hibernated() { return hibernated_; }

  private:
    Bytes *content(const std::string &name) {
        return name == "/dev/sda1"   ? &root_
               : name == "/dev/sda2" ? &swap_
               : name == "/dev/sda3" ? &hibernated_
                                     : nullptr;
    }
    static std::string swap_area(std::string_view signature) {
        auto bytes = noise(256 << 10, 1);
        std::ranges::copy(signature, bytes.begin() + 4096 - 10);
        return bytes;
    }
    TestFolder folder_;
    test::MemoryDisk root_, swap_{swap_area("SWAPSPACE2")}, hibernated_{swap_area("S1SUSPEND\0")};
    std::optional<Session> session_;
};

void answers() {
    Guest guest;
    using enum FsCall;
    const auto ask = [&](FsCall call, std::vector<std::string> fields) { return guest.ask(call, std::move(fields)); };
    assert_equal(ask(status, {"/", "1"}), "done: ");
    assert_equal(ask(mount, {"/dev/sda5", "/", "0"}), "unfit: A file system is of a kind that needs the appliance.");
    assert_equal(ask(mount, {"/dev/sda1", "/boot", "0"}), "failed: 22, Invalid argument");
    assert_equal(ask(mount, {"/dev/sdb1", "/", "0"}), "failed: 2, No such file or directory");
    assert_equal(ask(mount, {"/dev/sda1", "/", "0"}), "done: ");
    assert_equal(ask(make_folder, {"/etc", "493"}), "done: ");
    assert_equal(ask(write, {"/etc/fstab", "content"}), "done: ");
    assert_equal(ask(append, {"/etc/fstab", " more"}), "done: ");
    assert_equal(ask(read, {"/etc/fstab", "3", "6"}), "done: tent m");
    assert_equal(ask(status, {"/etc/fstab", "1"}), "done: 33188, 0, 0, 12");
    assert_equal(ask(set_owner, {"/etc/fstab", "1", "2", "384"}), "done: ");
    assert_equal(ask(status, {"/etc/fstab", "0"}), "done: 33152, 1, 2, 12");
    assert_equal(ask(truncate, {"/etc/fstab", "7"}), "done: ");
    assert_equal(ask(sha256, {"/etc/fstab"}), "done: " + sha256_of("content"));
    assert_equal(ask(make_link, {"etc/fstab", "/link"}), "done: ");
    assert_equal(ask(link, {"/link"}), "done: etc/fstab");
    assert_equal(ask(real_path, {"/link"}), "done: /etc/fstab");
    assert_equal(ask(real_path, {"/none"}), "done: ");
    assert_equal(ask(label, {"/link"}), "done: ");
    assert_equal(ask(set_label, {"/link", "a:b:c"}), "done: ");
    assert_equal(ask(label, {"/link"}), "done: a:b:c");
    assert_equal(ask(copy, {"/link", "/copy"}), "done: ");
    assert_equal(ask(rename, {"/copy", "/etc/copy"}), "done: ");
    assert_equal(ask(glob, {"/etc/*"}), "done: /etc/copy, /etc/fstab");
    assert_equal(ask(copy_attributes, {"/etc/fstab", "/etc/copy"}), "done: ");
    assert_equal(ask(remove, {"/etc/copy"}), "done: ");
    assert_equal(ask(remove, {"/etc/copy"}), "done: ");
    assert_equal(ask(remove_folder, {"/etc"}), "failed: 39, Directory not empty");
    assert_equal(ask(remove, {"/etc"}), "failed: 21, Is a directory");
    assert_equal(ask(read, {"/none", "0", "1"}), "failed: 2, No such file or directory");
    g_assert_true(ask(free_space, {"/"}).size() > 12);
    assert_equal(ask(unmount_all, {}), "done: ");
    assert_equal(ask(status, {"/", "1"}), "done: ");
}

void describes_devices() {
    Guest guest;
    const auto devices = guest.answer({.kind = static_cast<std::uint8_t>(FsCall::devices), .fields = {}});
    g_assert_true(devices && devices->fields.size() == 4);
    assert_equal(test::unwrap(device_from(devices->fields[1])).name, "/dev/sda2");
    const auto sectors = guest.answer({.kind = static_cast<std::uint8_t>(FsCall::first_sectors), .fields = {}});
    g_assert_true(sectors && sectors->fields.size() == 1 && sectors->fields[0].size() == 512);
}

void ends_at_what_is_malformed() {
    Guest guest;
    using enum FsCall;
    assert_equal(guest.ask(mount, {"/dev/sda1", "/", "0"}), "done: ");
    const std::string nul{"/a\0b", 4};
    const std::pair<FsCall, std::vector<std::string>> wrong[] = {
        {status, {}},
        {status, {"/"}},
        {status, {"/", "2"}},
        {status, {"/", ""}},
        {status, {"/", "1", "1"}},
        {status, {"etc", "1"}},
        {status, {"", "1"}},
        {status, {nul, "1"}},
        {read, {"/", "-1", "1"}},
        {read, {"/", "0", "0x1"}},
        {read, {"/", "0", "4194305"}},
        {read, {"/", "18446744073709551616", "1"}},
        {set_owner, {"/", "0", "0", "4096"}},
        {set_owner, {"/", "4294967296", "0", "0"}},
        {make_folder, {"/x", "8r"}},
        {make_link, {"", "/x"}},
        {make_link, {nul, "/x"}},
        {mount, {"", "/", "0"}},
        {unmount_all, {"/"}},
        {devices, {""}},
        {static_cast<FsCall>(fs_calls), {}},
        {static_cast<FsCall>(255), {}},
    };
    for (const auto &[call, fields] : wrong)
        assert_equal(guest.ask(call, fields), "malformed");
}

void mounts_once() {
    Guest guest;
    using enum FsCall;
    assert_equal(guest.ask(mount, {"/dev/sda1", "/", "1"}), "done: ");
    assert_equal(guest.ask(mount, {"/dev/sda1", "/lost+found", "0"}), "failed: 16, Device or resource busy");
    assert_equal(guest.ask(mount, {"/dev/sda1", "/lost+found", "1"}), "failed: 16, Device or resource busy");
    assert_equal(guest.ask(write, {"/x", "x"}), "failed: 30, Read-only file system");
    assert_equal(guest.ask(unmount_all, {}), "done: ");
    assert_equal(guest.ask(mount, {"/dev/sda1", "/", "0"}), "done: ");
    assert_equal(guest.ask(write, {"/x", "x"}), "done: ");
}

void trims() {
    Guest guest;
    using enum FsCall;
    const auto swap = guest.swap().content(), hibernated = guest.hibernated().content();
    assert_equal(guest.ask(mount, {"/dev/sda1", "/", "0"}), "done: ");
    assert_equal(guest.ask(write, {"/x", noise(1 << 20, 5)}), "done: ");
    assert_equal(guest.ask(trim, {}), "done: ");
    g_assert_true(guest.swap().content() == swap.substr(0, 4096) + std::string(swap.size() - 4096, '\0'));
    g_assert_true(guest.hibernated().content() == hibernated);
    g_assert_cmpuint(guest.root().discarded(), >, 8 << 20);
    assert_equal(guest.ask(sha256, {"/x"}), "done: " + sha256_of(noise(1 << 20, 5)));
}

/// More paths than a reply holds.
void says_too_much() {
    Session session{{.disks = {},
                     .devices = std::vector<BlockDevice>(most_fields + 1),
                     .content = [](const std::string &) { return nullptr; },
                     .unfit = {}}};
    const auto reply = session.answer({.kind = static_cast<std::uint8_t>(FsCall::devices), .fields = {}});
    g_assert_true(reply && reply->kind == static_cast<std::uint8_t>(FsOutcome::failed));
    assert_equal(reply->fields.at(0), "7");
}

} // namespace

int main(int argc, char **argv) {
    test::use_system_tools();
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/direct/session/answers", answers);
    g_test_add_func("/direct/session/devices", describes_devices);
    g_test_add_func("/direct/session/malformed", ends_at_what_is_malformed);
    g_test_add_func("/direct/session/mounts", mounts_once);
    g_test_add_func("/direct/session/trim", trims);
    g_test_add_func("/direct/session/too-long", says_too_much);
    return g_test_run();
}
