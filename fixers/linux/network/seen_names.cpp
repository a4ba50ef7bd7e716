// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/network/seen_names.h"
#include "convert/base/files.h"
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "convert/network/network_use.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// Bounds that no guest comes near; a log or program that is larger than its bound is not read.
constexpr std::size_t most_names = 64, most_files = 512, most_log = 4u << 20, most_bytes = 16u << 20;

/// Where settings name cards: firewalls, routing, address failover, containers, and what administrators write.
constexpr std::array settings_files{"/etc/firewalld/*.xml",
                                    "/etc/firewalld/*/*.xml",
                                    "/etc/sysconfig/ip*tables",
                                    "/etc/iptables/*",
                                    "/etc/iptables.*",
                                    "/etc/nftables.conf",
                                    "/etc/nftables.nft",
                                    "/etc/nftables.d/*",
                                    "/etc/nftables/*",
                                    "/etc/sysconfig/nftables.conf",
                                    "/etc/ufw/*.rules",
                                    "/etc/shorewall/*",
                                    "/etc/sysconfig/SuSEfirewall2",
                                    "/etc/keepalived/*.conf",
                                    "/etc/keepalived/*/*.conf",
                                    "/etc/sysctl.conf",
                                    "/etc/sysctl.d/*.conf",
                                    "/etc/docker/daemon.json",
                                    "/etc/cni/net.d/*",
                                    "/etc/rancher/*/*.yaml",
                                    "/etc/default/*",
                                    "/etc/sysconfig/*",
                                    "/etc/conf.d/*",
                                    "/etc/dnsmasq.conf",
                                    "/etc/dnsmasq.d/*",
                                    "/etc/dhcp/*.conf",
                                    "/etc/radvd.conf",
                                    "/etc/frr/*.conf",
                                    "/etc/quagga/*.conf",
                                    "/etc/bird*.conf",
                                    "/etc/corosync/corosync.conf",
                                    "/etc/haproxy/*.cfg",
                                    "/etc/snmp/snmpd.conf",
                                    "/etc/NetworkManager/*.conf",
                                    "/etc/NetworkManager/conf.d/*.conf",
                                    "/etc/NetworkManager/dispatcher.d/*",
                                    "/etc/network/if-*.d/*",
                                    "/etc/systemd/system/*.service",
                                    "/etc/systemd/system/*.d/*.conf",
                                    "/etc/rc.local",
                                    "/etc/rc.d/rc.local",
                                    "/etc/local.d/*.start",
                                    "/etc/crontab",
                                    "/etc/cron.d/*",
                                    "/var/spool/cron/*",
                                    "/var/spool/cron/crontabs/*",
                                    "/usr/local/bin/*",
                                    "/usr/local/sbin/*",
                                    "/etc/sv/*/run"};

/// Links and files whose own name ends with that of a card: "dhcpcd@ens192.service", "net.ens192", "dhcpcd-ens192".
constexpr std::array named_after_cards{"/etc/systemd/system/*.wants/*@*.service",
                                       "/etc/systemd/system/sys-subsystem-net-devices-*.device.wants",
                                       "/etc/runlevels/*/net.*", "/etc/runit/runsvdir/*/*-*", "/var/service/*-*"};

bool is_separator(char c) { return !g_ascii_isalnum(c); }

/// The end of the digits of @text from @at on.
std::size_t after_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && g_ascii_isdigit(text[at]))
        ++at;
    return at;
}

/// systemd.net-naming-scheme(7): "en" with 'o', 's', 'x', 'P' or 'p' and a number; and ethN.
bool is_given_name(std::string_view name) {
    if (!is_card_name(name))
        return false;
    if (name.starts_with("eth"))
        return name.size() > 3 && after_digits(name, 3) == name.size();
    if (name.starts_with("enx"))
        return name.size() == 15 && consists_of(name, "");
    if (!name.starts_with("en") || name.size() < 4 || std::string_view{"ospPX"}.find(name[2]) == std::string_view::npos)
        return false;
    return g_ascii_isdigit(name[3]) && (name[2] != 'p' || name.find('s', 3) != std::string_view::npos);
}

/// Collects names, each once.
class Collector {
  public:
    explicit Collector(const GuestView &guest) : guest_(guest) {}

    void add(std::string_view name, const std::string &file, const std::string &mac = {}) {
        const auto known = std::ranges::find(found_, name, &SeenName::name);
        if (known != found_.end() && known->mac.empty())
            known->mac = mac;
        else if (known == found_.end() && found_.size() < most_names)
            found_.push_back({std::string{name}, mac, file});
    }
    /// The content of @path, unless it is too large; programs have NUL bytes.
    [[nodiscard]] Result<std::string> read(const std::string &path, std::size_t limit) {
        if (const auto space = H2K_TRY(guest_.space(path)); space && space->file > limit)
            return {};
        Notices ignored; // nothing is lost that the guest's own files would not say
        auto content = H2K_TRY(reader_.read(guest_, path, ignored, limit));
        return content && content->find('\0') == std::string::npos ? *std::move(content) : std::string{};
    }
    [[nodiscard]] std::vector<SeenName> finished() && { return std::move(found_); }

  private:
    const GuestView &guest_;
    std::vector<SeenName> found_;
    text::ConfigReader reader_{most_files, most_bytes};
};

/// dhclient writes 'interface "ens192";', and others put the name into that of the file.
Result<> read_leases(const GuestView &guest, Collector &into) {
    for (const char *glob : lease_files())
        for (const auto &path : H2K_TRY(guest.list(glob))) {
            for (const auto &name : given_names_in(base_name(path)))
                into.add(name, path);
            for (const auto &line : lines(H2K_TRY(into.read(path, text::config_limit))))
                if (const auto all = words(line); all.size() == 2 && all[0] == "interface")
                    if (const auto parts = split(all[1], '"'); parts.size() == 3 && is_card_name(parts[1]))
                        into.add(parts[1], path);
        }
    return {};
}

/// The table that cloud-init prints: "ci-info: | ens192 | True | 192.0.2.5 | … | 00:50:56:01:02:03 |".
Result<> read_cloud_table(const GuestView &guest, Collector &into) {
    for (const auto &path : H2K_TRY(guest.list("/var/log/cloud-init-output.log")))
        for (const auto &line : lines(H2K_TRY(into.read(path, most_log)))) {
            const auto parts = split(line, '|');
            if (parts.size() < 4 || parts[0].find("ci-info:") == std::string::npos)
                continue;
            const auto mac = parse_mac(trim(parts[parts.size() - 2]));
            if (const auto name = trim(parts[1]); !mac.empty() && is_card_name(name))
                into.add(name, path, mac);
        }
    return {};
}

/// "vmxnet3 0000:0b:00.0 ens192: renamed from eth0".
Result<> read_kernel_log(const GuestView &guest, Collector &into) {
    for (const char *glob : {"/var/log/dmesg", "/var/log/kern.log", "/var/log/messages", "/var/log/syslog"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            for (const auto &line : lines(H2K_TRY(into.read(path, most_log)))) {
                const auto at = line.find(": renamed from ");
                if (at == std::string::npos)
                    continue;
                const auto before = words(std::string_view{line}.substr(0, at));
                if (!before.empty() && is_given_name(before.back()))
                    into.add(before.back(), path);
            }
    return {};
}

} // namespace

const std::vector<const char *> &lease_files() {
    // dhclient of Debian, SUSE and RHEL, NetworkManager's own client, wicked, dhcpcd.
    static const std::vector<const char *> globs{"/var/lib/dhcp/*.lease*",      "/var/lib/dhcp3/*.lease*",
                                                 "/var/lib/dhclient/*.lease*",  "/var/lib/NetworkManager/*.lease",
                                                 "/var/lib/wicked/lease-*.xml", "/var/lib/dhcpcd/*.info",
                                                 "/var/lib/dhcpcd/*.lease",     "/var/lib/dhcpcd5/*.lease"};
    return globs;
}

std::vector<std::string> given_names_in(std::string_view text) {
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size();) {
        if (is_separator(text[at])) {
            ++at;
            continue;
        }
        const auto from = at;
        while (at < text.size() && !is_separator(text[at]))
            ++at;
        if (const auto name = text.substr(from, at - from); is_given_name(name))
            add_text(found, name);
    }
    return found;
}

Result<std::vector<SeenName>> names_that_were_used(const GuestView &guest) {
    Collector found{guest};
    H2K_CHECK(read_cloud_table(guest, found));
    H2K_CHECK(read_leases(guest, found));
    H2K_CHECK(read_kernel_log(guest, found));
    return std::move(found).finished();
}

Result<std::vector<SeenName>> names_in_settings(const GuestView &guest) {
    Collector found{guest};
    for (const char *glob : named_after_cards)
        for (const auto &path : H2K_TRY(guest.list(glob)))
            for (const auto &name : given_names_in(base_name(path)))
                found.add(name, path);
    for (const char *glob : settings_files)
        for (const auto &path : H2K_TRY(guest.list(glob)))
            for (const auto &line : lines(H2K_TRY(found.read(path, text::config_limit)))) {
                const auto text = trim(line);
                if (text.starts_with('#') || text.starts_with(';') || text.starts_with("//"))
                    continue;
                for (const auto &name : given_names_in(text))
                    found.add(name, path);
            }
    return std::move(found).finished();
}

} // namespace h2k
