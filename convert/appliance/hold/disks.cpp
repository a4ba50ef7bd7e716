// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/hold/hold.h"
#include "convert/base/descriptor.h"
#include <algorithm>
#include <array>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace h2k::hold {

namespace {

constexpr unsigned long longest_wait = 60; ///< seconds
constexpr std::size_t longest_content = 1u << 16;

/// Types of libblkid, as udev notes them, of what is used as it is.
constexpr std::array<std::string_view, 11> plain_types{"crypto_LUKS", "ext2", "ext3", "ext4",    "xfs",     "btrfs",
                                                       "vfat",        "swap", "ntfs", "iso9660", "squashfs"};
/// Partitions of Windows' dynamic disks: their types in an MBR and in a GPT (both).
constexpr std::array<std::string_view, 3> dynamic_types{"0x42", "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3",
                                                        "af9b60a0-1431-4f62-bc68-3311714a69ad"};

long seconds() {
    struct timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/// The value of @name in what udev noted of a device.
std::string_view noted(std::string_view notes, const std::string &name) {
    const auto key = "\nE:" + name + "=";
    const auto at = notes.find(key);
    if (at == std::string_view::npos)
        return {};
    notes.remove_prefix(at + key.size());
    return notes.substr(0, notes.find('\n'));
}

bool is_plain(std::string_view notes) {
    const auto type = noted(notes, "ID_FS_TYPE"), partition = noted(notes, "ID_PART_ENTRY_TYPE");
    if (std::ranges::find(dynamic_types, partition) != dynamic_types.end())
        return false;
    if (type.empty())
        return noted(notes, "ID_FS_AMBIVALENT").empty();
    return std::ranges::find(plain_types, type) != plain_types.end();
}

std::string virtio_host() {
    const std::string hosts = "/sys/class/scsi_host/";
    for (const auto &host : names_in(hosts))
        if (content_of(hosts + host + "/proc_name").starts_with("virtio_scsi") ||
            content_of(hosts + host + "/proc_name").starts_with("Virtio"))
            return host;
    return {};
}

} // namespace

void sleep_for(unsigned milliseconds) {
    const struct timespec time{.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};
    nanosleep(&time, nullptr);
}

std::string content_of(const std::string &path) {
    std::string content(longest_content, '\0');
    const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    const auto size = read(file.get(), content.data(), content.size());
    content.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return content;
}

bool put(const std::string &path, std::string_view text) {
    const Descriptor file{open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC)};
    return write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::vector<std::string> names_in(const std::string &folder) {
    std::vector<std::string> names;
    DIR *list = opendir(folder.c_str());
    while (const dirent *entry = list ? readdir(list) : nullptr)
        if (entry->d_name[0] != '.')
            names.emplace_back(entry->d_name);
    if (list)
        closedir(list);
    return names;
}

bool find_disks(unsigned count) {
    const auto host = virtio_host();
    if (host.empty())
        return count == 0;
    const auto end = seconds() + static_cast<long>(longest_wait);
    for (unsigned i = 0; i < count; ++i) {
        const auto target = std::to_string(i);
        if (!put("/sys/class/scsi_host/" + host + "/scan", "0 " + target + " 0"))
            return false;
        // A name is given in another thread of the kernel's: the next disk waits for it.
        const auto named = "/sys/class/scsi_device/" + host.substr(4) + ":0:" + target + ":0/device/block";
        while (access(named.c_str(), F_OK) != 0) {
            if (seconds() > end)
                return false;
            sleep_for(1);
        }
    }
    return true;
}

bool settle(unsigned count) {
    const std::string devices = "/sys/class/block/";
    const auto end = seconds() + static_cast<long>(longest_wait);
    while (seconds() <= end) {
        // All else is asked when udev is done: it has only the processor that we would take.
        if (access("/run/udev/queue", F_OK) == 0) {
            sleep_for(4);
            continue;
        }
        unsigned disks = 0;
        bool known = true, plain = true;
        for (const auto &name : names_in(devices)) {
            if (!name.starts_with("sd"))
                continue;
            disks += access((devices + name + "/partition").c_str(), F_OK) != 0;
            auto number = content_of(devices + name + "/dev");
            number.erase(std::min(number.find('\n'), number.size()));
            const auto notes = content_of("/run/udev/data/b" + number);
            known = known && !notes.empty();
            plain = plain && is_plain(notes);
        }
        if (known && disks >= count && access("/run/udev/queue", F_OK) != 0) {
            // As /init does: images may lie far away.
            for (const auto &name : names_in("/sys/block"))
                if (name.starts_with("sd"))
                    put("/sys/block/" + name + "/device/timeout", "300");
            return plain;
        }
        sleep_for(4);
    }
    return false;
}

} // namespace h2k::hold
