// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/network/network_files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include <algorithm>

namespace h2k {

/// Bounds that no guest comes near; what one file says may be repeated for each of its uses.
static constexpr std::size_t most_uses = 4096, most_pins = 64, most_warnings = 100;

void NetworkFiles::add(NetworkUse use) {
    const bool full = uses.size() >= most_uses;
    if (full || use.macs.size() > most_pins || use.hardware.size() > most_pins)
        warn_unread(sentence(_("“%s” says more of network cards than is looked at; the rest was left out."),
                             printable(use.settings.file).c_str()));
    if (full)
        return;
    use.macs.resize(std::min(use.macs.size(), most_pins));
    use.hardware.resize(std::min(use.hardware.size(), most_pins));
    uses.push_back(std::move(use));
}

void NetworkFiles::mention(const std::string &file, std::string_view name, bool beneath) {
    auto use = use_of(file, "");
    use.kind = NetworkUse::mention;
    use.names.emplace_back(name);
    use.beneath = beneath;
    add(std::move(use));
}

void NetworkFiles::add_route(NetworkRoute route) {
    if (routes.size() < most_uses && !route.gateway.empty())
        routes.push_back(std::move(route));
}

NetworkUse NetworkFiles::use_of(const std::string &file, const char *backend) {
    NetworkUse use;
    use.settings.file = file;
    use.settings.backend = backend;
    return use;
}

Result<const std::string *> NetworkFiles::read(const std::string &path) {
    std::vector<std::string> unread;
    auto file = H2K_TRY(reader_.read(guest, path, unread));
    for (auto &warning : unread)
        warn_unread(std::move(warning));
    if (!file)
        left_out.insert(path);
    return file ? &(contents[path] = *std::move(file)) : nullptr;
}

void NetworkFiles::warn(NetworkWarning warning) {
    if (warnings.size() < most_warnings &&
        std::ranges::find(warnings, warning.text, &NetworkWarning::text) == warnings.end())
        warnings.push_back(std::move(warning));
}

Result<NetworkFiles> read_network_files(const GuestView &guest) {
    NetworkFiles found{guest};
    for (const auto read : {read_ifupdown, read_ifcfg, read_networkd, read_netplan, read_cloud_init, read_keyfiles,
                            read_wicked, read_dhcpcd, read_connman, read_udev_rules})
        H2K_CHECK(read(found));
    return found;
}

} // namespace h2k
