// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/guest_values.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/config/values.h"
#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

using FirstBytes = std::array<char, 24>;

/// The first bytes of a regular file, zeros behind its end.
Result<FirstBytes> first_bytes(const std::string &path) {
    FirstBytes bytes{};
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status{};
    const bool regular = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    const auto got = regular ? pread(fd, bytes.data(), bytes.size(), 0) : -1;
    if (fd >= 0)
        close(fd);
    if (got < 0)
        return fail(H2K_ERROR_USAGE, _("The package “%s” cannot be read."), path.c_str());
    return bytes;
}

/// deb(5) is an ar archive whose first member is debian-binary; an RPM starts with its lead; an apk is a gzip stream
/// or "ADB"; pacman's packages are compressed archives.
bool is_package(const std::string &name, const FirstBytes &bytes) {
    const std::string_view start{bytes.data(), bytes.size()};
    if (name.ends_with(".deb"))
        return start.starts_with("!<arch>\ndebian-binary");
    if (name.ends_with(".rpm"))
        return start.starts_with("\xed\xab\xee\xdb");
    if (name.ends_with(".apk"))
        return start.starts_with("\x1f\x8b") || start.starts_with("ADB");
    return name.find(".pkg.tar.") != std::string::npos && (start.starts_with("\x28\xb5\x2f\xfd") ||
                                                           start.starts_with("\xfd"
                                                                             "7zXZ") ||
                                                           start.starts_with("\x1f\x8b"));
}

/// The name stands in a command of the guest's.
bool is_plain_name(const std::string &name) {
    return !name.empty() && name.size() <= 200 && g_ascii_isalnum(name.front()) &&
           std::ranges::all_of(name, [](char c) {
               return g_ascii_isalnum(c) || std::string_view{"._-+~:%"}.find(c) != std::string_view::npos;
           });
}

} // namespace

Result<> set_keep_old_tools(Request &request, const std::string &) {
    request.repair.keep_old_tools = true;
    return {};
}

Result<> set_remove_cloud_agents(Request &request, const std::string &) {
    request.repair.remove_cloud_agents = true;
    return {};
}

Result<> set_job(Request &request, const std::string &value) {
    if (value.empty())
        return fail(H2K_ERROR_USAGE, "%s", _("The job has no name."));
    request.job = value;
    return {};
}

Result<> set_selinux_relabel(Request &request, const std::string &value) {
    if (const auto relabel =
            choice_named(value, {SelinuxRelabel::touched, SelinuxRelabel::boot, SelinuxRelabel::full})) {
        request.repair.selinux = *relabel;
        return {};
    }
    return fail(H2K_ERROR_USAGE, _("There is no way to relabel “%s”; there are touched, boot and full."),
                value.c_str());
}

Result<> add_agent_package(Request &request, const std::string &value) {
    if (value == "first-boot") {
        request.repair.agent_packages.push_back(value);
        return {};
    }
    const auto path = absolute_path(value), name = base_name(path);
    if (value.empty() || !is_plain_name(name))
        return fail(H2K_ERROR_USAGE, _("“%s” has no name that a package file has."), value.c_str());
    if (!is_package(name, H2K_TRY(first_bytes(path))))
        return fail(H2K_ERROR_USAGE,
                    _("“%s” is no package: neither .deb, .rpm, .apk nor .pkg.tar.zst by its name and its first bytes."),
                    value.c_str());
    request.repair.agent_packages.push_back(path);
    return {};
}

} // namespace h2k
