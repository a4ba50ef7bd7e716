// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/process/own_user.h"
#include "convert/base/descriptor.h"
#include <cerrno>
#include <string>

namespace h2k {

namespace {

int write_setting(const char *path, const std::string &text) {
    const Descriptor file{open(path, O_WRONLY | O_CLOEXEC)};
    return file ? write_all(file.get(), text) : errno;
}

} // namespace

int map_our_own(uid_t user, gid_t group) {
    const auto map = [](unsigned id) { return std::to_string(id) + " " + std::to_string(id) + " 1"; };
    if (const int failed = write_setting("/proc/self/setgroups", "deny"); failed != 0)
        return failed;
    if (const int failed = write_setting("/proc/self/gid_map", map(group)); failed != 0)
        return failed;
    return write_setting("/proc/self/uid_map", map(user));
}

} // namespace h2k
