// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/services/links.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// A folder with too many entries is ignored, with a warning.
Result<std::vector<std::string>> list_or_warn(const GuestView &guest, const char *glob, Notices &notices) {
    auto paths = guest.list(glob);
    if (paths || !paths.error().is(H2K_ERROR_FAILED))
        return paths;
    notices.warn("guest.folder-too-large", paths.error().message());
    return std::vector<std::string>{};
}

} // namespace

Result<ServiceLinks> ServiceLinks::read(const GuestView &guest, Notices &notices) {
    ServiceLinks links;
    for (const auto *glob :
         {"/etc/systemd/system/*.wants/*", "/etc/systemd/system/*.requires/*", "/etc/systemd/system/*.upholds/*"})
        std::ranges::move(H2K_TRY(list_or_warn(guest, glob, notices)), std::back_inserter(links.systemd_));
    // On SUSE and RHEL one of these is a link to another; the first that has links is the real one.
    for (const auto *glob : {"/etc/init.d/rc?.d/[SK]*", "/etc/rc.d/rc?.d/[SK]*", "/etc/rc?.d/[SK]*"})
        if (links.system_v_.empty())
            links.system_v_ = H2K_TRY(list_or_warn(guest, glob, notices));
    links.openrc_ = H2K_TRY(list_or_warn(guest, "/etc/runlevels/*/*", notices));
    return links;
}

std::vector<std::string> ServiceLinks::starting(std::string_view service) const {
    std::vector<std::string> found;
    const auto unit = unit_name(service);
    for (const auto &path : systemd_)
        if (base_name(path) == unit)
            found.push_back(path);
    for (const auto &path : system_v_)
        if (const auto name = base_name(path); name.size() > 3 && name[0] == 'S' && name.substr(3) == service)
            found.push_back(path);
    for (const auto &path : openrc_)
        if (base_name(path) == service)
            found.push_back(path);
    return found;
}

std::string unit_name(std::string_view service) {
    constexpr std::array<std::string_view, 8> suffixes{".service", ".mount",     ".timer", ".socket",
                                                       ".swap",    ".automount", ".path",  ".target"};
    const bool is_unit = std::ranges::any_of(suffixes, [&](auto suffix) { return service.ends_with(suffix); });
    return std::string{service} + (is_unit ? "" : ".service");
}

Result<std::string> unit_file(const GuestView &guest, std::string_view service) {
    const auto unit = unit_name(service);
    for (const auto *folder : {"/usr/lib/systemd/system/", "/lib/systemd/system/"})
        if (H2K_TRY(guest.exists(folder + replace_all(unit, "\\", "\\\\"))))
            return folder + unit;
    return std::string{};
}

} // namespace h2k
