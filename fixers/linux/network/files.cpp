// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/requested_changes.h"
#include "fixers/text/colon_table.h"
#include "fixers/text/config_file.h"

namespace h2k {

namespace {

constexpr std::size_t group_limit = 4u << 20;

std::string reason_for(const std::string &name) {
    return sentence(_("The network file “%s” of the configuration."), name.c_str());
}

/// A file with keys of WireGuard or MACsec is readable only by networkd's group, systemd.netdev(5).
Result<WriteFile> networkd_file(RequestedChanges &requested, const NetworkFile &file) {
    WriteFile made{"/etc/systemd/network/" + file.name, file.content, 0644, {}};
    if (!file.name.ends_with(".netdev") || file.content.find("Key=") == std::string::npos)
        return made;
    made.mode = 0600;
    const auto groups = H2K_TRY(requested.read("/etc/group", group_limit));
    text::ColonTable table{groups.value_or(""), 4};
    const auto *row = table.find("systemd-network");
    if (const auto gid = row ? parse_number<unsigned>((*row)[2], 1, G_MAXUINT32 - 1) : std::nullopt) {
        made.mode = 0640;
        made.owner.gid = *gid;
    }
    return made;
}

/// Warns where nothing will read the files.
Result<> check_reader(RequestedChanges &requested, const RepairOptions &options, const std::string &unit,
                      const char *program, std::initializer_list<const char *> paths) {
    bool there = false;
    for (const auto *path : paths)
        there = there || H2K_TRY(requested.guest().exists(path));
    if (!there) {
        requested.warn(
            "network-files.no-program",
            sentence(_("The guest has no %s, which would read the network files of the configuration."), program));
        return {};
    }
    const auto &enabled = options.configuration.enable_services;
    if (std::ranges::find(enabled, unit) == enabled.end() &&
        H2K_TRY(requested.guest().list("/etc/systemd/system/*.wants/" + unit)).empty() &&
        H2K_TRY(requested.guest().list("/etc/runlevels/*/networkmanager")).empty())
        requested.warn(
            "network-files.program-disabled",
            sentence(_("%s, which reads the network files of the configuration, is not enabled in the guest."),
                     program));
    return {};
}

} // namespace

Result<Finding> plan_network_files(const FixerInput &input) {
    Finding finding;
    RequestedChanges requested{input.guest, finding};
    const auto &configuration = input.options.configuration;
    for (const auto &file : configuration.networkd) {
        auto made = H2K_TRY(networkd_file(requested, file));
        H2K_CHECK(requested.file(std::move(made), reason_for(file.name)));
    }
    for (const auto &file : configuration.network_manager)
        H2K_CHECK(requested.file({"/etc/NetworkManager/system-connections/" + file.name, file.content, 0600},
                                 reason_for(file.name)));
    if (!configuration.networkd.empty())
        H2K_CHECK(check_reader(requested, input.options, "systemd-networkd.service", "systemd-networkd",
                               {"/usr/lib/systemd/systemd-networkd", "/lib/systemd/systemd-networkd"}));
    if (!configuration.network_manager.empty())
        H2K_CHECK(check_reader(requested, input.options, "NetworkManager.service", "NetworkManager",
                               {"/usr/sbin/NetworkManager", "/usr/bin/NetworkManager"}));
    return finding;
}

} // namespace h2k
