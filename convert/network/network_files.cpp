// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/network/network_files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include <algorithm>

namespace h2k {

/// Bounds that no guest comes near; what one file says may be repeated for each of its uses.
static constexpr std::size_t most_uses = 4096, most_pins = 64, most_notices = 100;

void NetworkFiles::add(NetworkUse use) {
    const bool full = uses.size() >= most_uses;
    if (full || use.macs.size() > most_pins || use.hardware.size() > most_pins)
        warn_unread("network.too-many-settings",
                    sentence(_("“%s” describes more network cards than are read; the rest was ignored."),
                             printable(use.settings.file).c_str()));
    if (full)
        return;
    use.macs.resize(std::min(use.macs.size(), most_pins));
    use.hardware.resize(std::min(use.hardware.size(), most_pins));
    uses.push_back(std::move(use));
}

void NetworkFiles::mention(const std::string &file, std::string_view name) {
    auto use = use_of(file, "");
    use.kind = NetworkUse::mention;
    use.names.emplace_back(name);
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
    Notices ignored;
    auto file = H2K_TRY(reader_.read(guest, path, ignored));
    warn_unread(ignored);
    if (!file)
        left_out.insert(path);
    return file ? &(contents[path] = *std::move(file)) : nullptr;
}

void NetworkFiles::warn_unread(std::string id, std::string text) {
    if (unread.size() < most_notices)
        unread.warn(std::move(id), std::move(text));
}

void NetworkFiles::warn_unread(const Notices &more) {
    for (const auto &notice : more)
        if (unread.size() < most_notices)
            unread.add(notice);
}

void NetworkFiles::warn_hardware(std::string id, std::string text) {
    if (hardware.size() < most_notices)
        hardware.warn(std::move(id), std::move(text));
}

Result<NetworkFiles> read_network_files(const GuestView &guest) {
    NetworkFiles found{guest};
    for (const auto read :
         {read_ifupdown, read_ifcfg, read_networkd, read_netplan, read_cloud_init, read_keyfiles, read_wicked,
          read_dhcpcd, read_connman, read_netifrc, read_slackware, read_etcnet, read_udev_rules})
        H2K_CHECK(read(found));
    return found;
}

} // namespace h2k
