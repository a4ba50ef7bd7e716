// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/hold/hold.h"
#include "convert/base/descriptor.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <linux/random.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace h2k::hold {

namespace {

constexpr std::size_t longest_line = 1024, seed_bytes = 64;

Descriptor open_port() {
    const std::string ports = "/sys/class/virtio-ports/";
    for (const auto &port : names_in(ports))
        if (content_of(ports + port + "/name").starts_with(port_name))
            return Descriptor{open(("/dev/" + port).c_str(), O_RDWR | O_CLOEXEC)};
    return Descriptor{};
}

bool say(int port, std::string_view line) {
    return write(port, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

std::string hear(int port) {
    std::string line;
    char c = 0;
    while (line.size() < longest_line) {
        // Nothing comes as long as nobody is connected on the host.
        if (read(port, &c, 1) != 1)
            sleep_for(5);
        else if (c == '\n')
            return line;
        else
            line += c;
    }
    return {};
}

struct Waking {
    struct timespec time{};
    unsigned disks = 0;
    std::string seed;
};

/// "go SECONDS NANOSECONDS DISKS SEED", the seed in hexadecimal digits.
bool read_waking(const std::string &line, Waking &waking) {
    int seed_at = 0;
    if (std::sscanf(line.c_str(), "go %ld %ld %u %n", &waking.time.tv_sec, &waking.time.tv_nsec, &waking.disks,
                    &seed_at) != 3 ||
        seed_at == 0)
        return false;
    for (auto at = static_cast<std::size_t>(seed_at); at + 1 < line.size(); at += 2)
        waking.seed += static_cast<char>(std::strtoul(line.substr(at, 2).c_str(), nullptr, 16));
    return waking.seed.size() == seed_bytes;
}

/// All copies have the same state of the kernel's random numbers: random(4).
bool reseed(const std::string &seed) {
    alignas(struct rand_pool_info) char bytes[sizeof(struct rand_pool_info) + seed_bytes]{};
    const struct rand_pool_info pool{.entropy_count = seed_bytes * 8, .buf_size = seed_bytes};
    std::memcpy(bytes, &pool, sizeof pool);
    seed.copy(bytes + sizeof pool, seed_bytes);
    const Descriptor device{open("/dev/urandom", O_RDWR | O_CLOEXEC)};
    return ioctl(device.get(), RNDADDENTROPY, bytes) == 0 && ioctl(device.get(), RNDRESEEDCRNG) == 0;
}

bool renew_machine_id() {
    auto id = content_of("/proc/sys/kernel/random/uuid");
    std::erase(id, '-');
    return access("/etc/machine-id", F_OK) != 0 || put("/etc/machine-id", id);
}

/// Reads into memory, before the recording, what each copy needs.
void prepare() {
    run(path_of(last_program), {last_program, "--help"}, true);
    if (const auto modprobe = path_of("modprobe"); !modprobe.empty())
        run(modprobe, {"modprobe", "-qa", "dm_mod", "sg", "xfs", "btrfs", "vfat"}, true);
    sync();
}

} // namespace

bool hold() {
    const auto held = open_port();
    const int port = held.get();
    if (!held)
        return false;
    prepare();
    Waking waking;
    if (!say(port, "held\n") || hear(port) != "wake" || !say(port, "awake\n") || !read_waking(hear(port), waking))
        return false;
    const bool own = clock_settime(CLOCK_REALTIME, &waking.time) == 0 && reseed(waking.seed) && renew_machine_id();
    const bool found = own && find_disks(waking.disks);
    if (found && !settle(waking.disks))
        repeat_scans();
    say(port, found ? "ready\n" : "failed\n");
    return found;
}

} // namespace h2k::hold
