// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/confine/private_user.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include <array>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t entry_size = 16384;
constexpr int attempts = 64;

struct Range {
    std::uint32_t first, last;
};
constexpr std::array ranges{Range{1879048192, 2147352575}, Range{61184, 65519}};

/// Is all of @range a user of this user namespace?  Source: user_namespaces(7), uid_map.
bool is_mapped(const Range &range, const char *map) {
    for (const auto &line : lines(read_file(map, 1u << 16).value_or(""))) {
        const auto fields = words(line);
        const auto first = fields.size() == 3 ? parse_number<std::uint32_t>(fields[0]) : std::nullopt;
        const auto count = fields.size() == 3 ? parse_number<std::uint32_t>(fields[2]) : std::nullopt;
        if (first && count && *first <= range.first && range.last - *first < *count)
            return true;
    }
    return false;
}

/// To become another user, to give it files and remove them again, and to end what runs as it: a container's root may
/// lack some of it.
bool may_run_others() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct sets[2]{};
    if (syscall(SYS_capget, &header, sets) != 0)
        return false;
    constexpr unsigned needed =
        1u << CAP_SETUID | 1u << CAP_SETGID | 1u << CAP_KILL | 1u << CAP_CHOWN | 1u << CAP_DAC_OVERRIDE;
    return (sets[0].effective & needed) == needed;
}

bool has_account(std::uint32_t id) {
    std::array<char, entry_size> buffer{};
    passwd user{}, *found_user = nullptr;
    struct group group{}, *found_group = nullptr;
    getpwuid_r(id, &user, buffer.data(), buffer.size(), &found_user);
    getgrgid_r(id, &group, buffer.data(), buffer.size(), &found_group);
    return found_user || found_group;
}

} // namespace

std::optional<PrivateUser> private_user() {
    if (geteuid() != 0 || !may_run_others())
        return std::nullopt;
    for (const auto &range : ranges) {
        if (!is_mapped(range, "/proc/self/uid_map") || !is_mapped(range, "/proc/self/gid_map"))
            continue;
        for (int i = 0; i < attempts; ++i) {
            const auto id = range.first + g_random_int() % (range.last - range.first + 1);
            if (!has_account(id))
                return PrivateUser{.uid = id, .gid = id};
        }
    }
    return std::nullopt;
}

} // namespace h2k
