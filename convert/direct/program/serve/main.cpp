// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Reads and writes the file systems of a guest for the job at the other end of the socket that is its standard input:
// see convert/direct/wire/message.h.  usage: virt-hyper2kvm-fs SECTOR-BYTES… [CONTAINER NAME]…, a number for each disk,
// two devices for each encrypted volume that is open.  The NBD sockets of all of them are the descriptors from 3 on, in
// the same order.  It is started confined, opens nothing, and may be killed
// at any time: what was not written by unmount_all is lost.
#include "convert/base/text.h"
#include "convert/direct/program/devices.h"
#include "convert/direct/program/serve/session.h"
#include <cstdlib>
#include <new>
#include <unistd.h>

namespace {

using namespace h2k;

constexpr int job = STDIN_FILENO, first_disk = STDERR_FILENO + 1;
constexpr std::size_t most_disks = 1024;

[[noreturn]] void give_up() { _exit(EXIT_FAILURE); }

struct Order {
    std::vector<unsigned> sectors;
    std::vector<std::pair<std::string, std::string>> opened;
};

struct Opened {
    std::vector<std::unique_ptr<Bytes>> disks, volumes;
    std::optional<Devices> devices;
    std::string why; ///< where they could not be opened
};

Result<> open_all(const Order &order, Opened &opened) {
    int next = first_disk;
    for (std::size_t i = 0; i < order.sectors.size(); ++i)
        opened.disks.push_back(H2K_TRY(open_disk(next++)));
    std::vector<OpenedVolume> volumes;
    for (const auto &[container, name] : order.opened) {
        opened.volumes.push_back(H2K_TRY(open_disk(next++)));
        volumes.push_back({.container = container, .name = name, .bytes = opened.volumes.back().get()});
    }
    opened.devices = H2K_TRY(Devices::find(opened.disks, order.sectors, volumes));
    return {};
}

Storage storage_of(Opened &opened) {
    Storage storage;
    for (const auto &disk : opened.disks)
        storage.disks.push_back(disk.get());
    for (const auto &volume : opened.volumes)
        storage.opened.push_back(volume.get());
    if (!opened.devices) {
        storage.unfit = opened.why;
        storage.content = [](const std::string &) { return nullptr; };
        return storage;
    }
    storage.devices = opened.devices->all();
    storage.content = [&](const std::string &name) { return opened.devices->content(name); };
    storage.unfit = opened.devices->unfit();
    return storage;
}

Order read_order(const std::vector<std::string> &words) {
    Order order;
    std::size_t at = 0;
    for (; at < words.size() && !words[at].starts_with('/'); ++at) {
        const auto bytes = parse_number<unsigned>(words[at], 512, 4096);
        if (!bytes || (*bytes != 512 && *bytes != 4096))
            give_up();
        order.sectors.push_back(*bytes);
    }
    for (; at + 1 < words.size(); at += 2)
        order.opened.emplace_back(words[at], words[at + 1]);
    if (order.sectors.empty() || at != words.size() || order.sectors.size() + order.opened.size() > most_disks)
        give_up();
    return order;
}

/// Until the job has closed its socket.
Result<> serve(Session &session) {
    while (const auto request = H2K_TRY(receive_message(job))) {
        const auto reply = session.answer(*request);
        if (!reply)
            give_up();
        H2K_CHECK(send_message(job, *reply));
    }
    return {};
}

} // namespace

int main(int count, char **arguments) {
    std::set_new_handler(give_up);
    const auto order = read_order({arguments + 1, arguments + count});
    Opened opened;
    if (auto done = open_all(order, opened); !done)
        opened.why = done.error().message();
    Session session{storage_of(opened)};
    return serve(session) ? EXIT_SUCCESS : EXIT_FAILURE;
}
