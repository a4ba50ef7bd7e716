// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/confine/program/hand_over.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/sockets/unix_socket.h"
#include "convert/base/text.h"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

std::unexpected<Error> failed(const std::string &path) {
    return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(errno));
}

/// The number of a descriptor that stays open for the program.
std::string handed(Descriptor &&file) { return std::to_string(file.release()); }

Result<std::string> opened(const std::string &path) {
    Descriptor file{open(path.c_str(), O_RDONLY | O_NOCTTY)};
    if (!file)
        return failed(path);
    return handed(std::move(file));
}

/// Another user can open this again by its number, which it could not do with a file of ours.
Result<std::string> copied(const std::string &path) {
    const Descriptor from{open(path.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC)};
    Descriptor to{memfd_create("appliance", 0)};
    if (!from || !to)
        return failed(path);
    constexpr std::size_t step = 1u << 30;
    ssize_t sent = 0;
    do
        sent = sendfile(to.get(), from.get(), nullptr, step);
    while (sent > 0);
    if (sent < 0 || fchmod(to.get(), 0444) != 0)
        return failed(path);
    return "/proc/self/fd/" + handed(std::move(to));
}

Result<std::string> connected(const std::string &path) {
    Descriptor connection = connect_to_socket(path);
    if (!connection || fcntl(connection.get(), F_SETFD, 0) != 0)
        return failed(path);
    return handed(std::move(connection));
}

void remove_socket(const std::string &path) {
    const auto folder = folder_of(path);
    struct stat st{};
    if (lstat(folder.c_str(), &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && unlink(path.c_str()) == 0)
        rmdir(folder.c_str());
}

/// The words of an option's value; a comma that belongs to one is doubled.
std::vector<std::string> items_of(const std::string &value) {
    std::vector<std::string> items(1);
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != ',')
            items.back() += value[i];
        else if (value.substr(i + 1, 1) == ",")
            items.back() += value[i++];
        else
            items.emplace_back();
    }
    return items;
}

std::string value_of(const std::vector<std::string> &items) {
    std::vector<std::string> escaped;
    for (const auto &item : items)
        escaped.push_back(replace_all(item, ",", ",,"));
    return join(escaped, ",");
}

Result<> connect_channel(std::string &value) {
    constexpr std::string_view key = "path=";
    auto items = items_of(value);
    if (items.front() != "socket")
        return {};
    for (auto &item : items) {
        if (!item.starts_with(key))
            continue;
        const auto path = item.substr(key.size());
        item = "fd=" + H2K_TRY(connected(path));
        remove_socket(path);
    }
    value = value_of(items);
    return {};
}

/// Adds to @added what else the command line needs.
Result<> open_drive(std::string &value, std::vector<std::string> &added) {
    constexpr std::string_view key = "file=", served = "file=nbd:unix:";
    std::vector<std::string> items;
    const auto given = items_of(value);
    const bool snapshot = std::ranges::find(given, "snapshot=on") != given.end();
    for (const auto &item : given) {
        if (item.starts_with(served)) {
            const auto number = H2K_TRY(connected(item.substr(served.size())));
            items.insert(items.end(), {"file.driver=nbd", "file.server.type=fd", "file.server.str=" + number});
        } else if (snapshot && item.starts_with(key)) {
            const auto number = H2K_TRY(opened(item.substr(key.size())));
            items.push_back("file=/dev/fdset/" + number);
            added.insert(added.end(), {"-add-fd", "fd=" + number + ",set=" + number});
        } else {
            items.push_back(item);
        }
    }
    value = value_of(items);
    return {};
}

} // namespace

Result<> hand_over(std::vector<std::string> &arguments) {
    std::vector<std::string> added;
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
        const auto &option = arguments[i];
        auto &value = arguments[i + 1];
        if (option == "-kernel" || option == "-initrd")
            value = H2K_TRY(copied(value));
        else if (option == "-chardev")
            H2K_CHECK(connect_channel(value));
        else if (option == "-drive")
            H2K_CHECK(open_drive(value, added));
        else
            continue;
        ++i;
    }
    arguments.insert(arguments.end(), added.begin(), added.end());
    return {};
}

} // namespace h2k
