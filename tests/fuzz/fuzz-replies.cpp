// SPDX-License-Identifier: LGPL-2.1-or-later
// What a job makes of replies of virt-hyper2kvm-fs, as one that a guest's file system has taken over might send them.
// The first byte says which view of the guest is asked; then come replies: a byte for the kind, with its high bit for
// what is no message, a byte for the number of fields, and each field after a byte for its length.
#include "convert/direct/file_calls.h"
#include "convert/direct/wire/devices.h"
#include "convert/guest/files/files.h"
#include "convert/guest/mounted_guest.h"
#include "tests/fuzz/fuzz.h"
#include <sys/socket.h>
#include <unistd.h>

using namespace h2k;
using fuzz::require;

namespace {

constexpr std::size_t most_sent = 60'000, most_replies = 64; ///< what a socket holds unread, as do its requests

std::string_view take(std::string_view &bytes, std::size_t size) {
    const auto taken = bytes.substr(0, size);
    bytes.remove_prefix(taken.size());
    return taken;
}

unsigned take_byte(std::string_view &bytes) {
    const auto byte = take(bytes, 1);
    return byte.empty() ? 0 : static_cast<unsigned char>(byte.front());
}

std::string replies_of(std::string_view input) {
    std::string sent;
    for (std::size_t replies = 0; !input.empty() && replies < most_replies && sent.size() < most_sent; ++replies) {
        const auto kind = take_byte(input);
        Message reply{.kind = static_cast<std::uint8_t>(kind % 128 % (fs_outcomes + 1)), .fields = {}};
        for (auto fields = take_byte(input) % 32; fields > 0; --fields)
            reply.fields.emplace_back(take(input, take_byte(input)));
        if (kind < 128)
            sent += encode(reply).value_or("");
        else
            sent += take(input, reply.fields.empty() ? 4 : reply.fields.front().size());
    }
    return sent.substr(0, most_sent);
}

void ask_files(const FileCalls &calls) {
    if (const auto status = calls.status("/etc/fstab", true); status && *status)
        require((*status)->mode <= 0177777);
    (void)calls.real_path("/etc/fstab");
    (void)calls.link("/etc/fstab");
    (void)calls.free_space("/");
    (void)calls.label("/");
    (void)calls.sha256("/etc/fstab");
    const auto content = read_regular(calls, "/etc/fstab");
    require(!content || !*content || (*content)->size() <= 16u << 20);
    (void)fetch_image(calls, "/boot/initrd.img");
    (void)find_space(calls, "/etc/fstab");
}

void ask_guest(Guest &guest) {
    (void)guest.read("/etc/fstab");
    (void)guest.list("/etc/*");
    (void)guest.link("/etc/mtab");
    (void)guest.is_public("/etc/fstab");
    (void)guest.initramfs_names("/boot/initrd.img");
    (void)guest.apply({.fixer = {}, .reason = {}, .action = WriteFile{.path = "/etc/fstab", .content = "new\n"}});
    (void)guest.apply({.fixer = {}, .reason = {}, .action = RemoveFile{.path = "/etc/old"}});
    (void)guest.keep("/etc/fstab", "/var/kept");
}

/// Devices that were accepted are written and read as they were.
void ask_devices(FsLink &link) {
    const auto fields = link.request(FsCall::devices, {});
    if (!fields)
        return;
    for (const auto &field : *fields)
        if (const auto device = device_from(field)) {
            const auto again = device_fields(*device);
            require(!again || device_from(*again).has_value());
        }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    auto input = fuzz::text_of(data, size);
    const auto view = take_byte(input) % 3;
    const auto sent = replies_of(input);
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const Descriptor other{ends[1]};
    require(write(other.get(), sent.data(), sent.size()) == static_cast<ssize_t>(sent.size()));
    shutdown(other.get(), SHUT_WR);
    FsLink link{LinkedProgram{Descriptor{ends[0]}, Descriptor{}, 0}, nullptr};
    if (view == 0)
        ask_files(*direct_calls(link));
    else if (view == 1)
        ask_guest(*mounted_guest(direct_calls(link)));
    else
        ask_devices(link);
    return 0;
}
