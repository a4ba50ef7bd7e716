// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/wanted.h"
#include "fixers/text/colon_table.h"
#include "fixers/text/config_file.h"

namespace h2k {

namespace {

constexpr std::size_t group_limit = 4u << 20;

std::string reason_for(const std::string &name) {
    return sentence(_("The network file “%s” of the configuration."), name.c_str());
}

/// A file with keys of WireGuard or MACsec is for networkd's group alone, systemd.netdev(5).
Result<WriteFile> networkd_file(Wanted &wanted, const NetworkFile &file) {
    WriteFile made{"/etc/systemd/network/" + file.name, file.content, 0644, {}};
    if (!file.name.ends_with(".netdev") || file.content.find("Key=") == std::string::npos)
        return made;
    made.mode = 0600;
    const auto groups =
        H2K_TRY(text::read_config(wanted.guest(), "/etc/group", wanted.finding().warnings, group_limit));
    text::ColonTable table{groups.value_or(""), 4};
    guint64 gid = 0;
    if (const auto *row = table.find("systemd-network");
        row && g_ascii_string_to_unsigned((*row)[2].c_str(), 10, 1, G_MAXUINT32 - 1, &gid, nullptr)) {
        made.mode = 0640;
        made.owner.gid = static_cast<unsigned>(gid);
    }
    return made;
}

/// Says so where nothing will read the files.
Result<> check_reader(Wanted &wanted, const RepairWishes &wishes, const std::string &unit, const char *program,
                      std::initializer_list<const char *> paths) {
    bool there = false;
    for (const auto *path : paths)
        there = there || H2K_TRY(wanted.guest().exists(path));
    if (!there) {
        wanted.warn(sentence(_("The guest has no %s, which reads the network files of the configuration."), program));
        return {};
    }
    const auto &enabled = wishes.configuration.enable_services;
    if (std::ranges::find(enabled, unit) == enabled.end() &&
        H2K_TRY(wanted.guest().list("/etc/systemd/system/*.wants/" + unit)).empty() &&
        H2K_TRY(wanted.guest().list("/etc/runlevels/*/networkmanager")).empty())
        wanted.warn(
            sentence(_("%s reads the network files of the configuration and is not enabled in the guest."), program));
    return {};
}

} // namespace

Result<Finding> plan_network_files(const FixerInput &input) {
    Finding finding;
    Wanted wanted{input.guest, finding};
    const auto &wish = input.options.configuration;
    for (const auto &file : wish.networkd) {
        auto made = H2K_TRY(networkd_file(wanted, file));
        H2K_CHECK(wanted.file(std::move(made), reason_for(file.name)));
    }
    for (const auto &file : wish.network_manager)
        H2K_CHECK(wanted.file({"/etc/NetworkManager/system-connections/" + file.name, file.content, 0600},
                              reason_for(file.name)));
    if (!wish.networkd.empty())
        H2K_CHECK(check_reader(wanted, input.options, "systemd-networkd.service", "systemd-networkd",
                               {"/usr/lib/systemd/systemd-networkd", "/lib/systemd/systemd-networkd"}));
    if (!wish.network_manager.empty())
        H2K_CHECK(check_reader(wanted, input.options, "NetworkManager.service", "NetworkManager",
                               {"/usr/sbin/NetworkManager", "/usr/bin/NetworkManager"}));
    return finding;
}

} // namespace h2k
