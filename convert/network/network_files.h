// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/network/network_use.h"
#include "fixers/text/config_file.h"
#include "fixers/text/udev_rules.h"
#include <map>
#include <set>

namespace h2k {

/// All that the guest's files say of its network; bounded.
class NetworkFiles {
  public:
    explicit NetworkFiles(const GuestView &view) : guest(view) {}

    /// Adds a use with its first pins; what is more than any guest has is ignored, with a notice.
    void add(NetworkUse use);
    /// Adds a use that only speaks of @name.
    void mention(const std::string &file, std::string_view name);
    /// Adds a default route.
    void add_route(NetworkRoute route);
    /// A use of @file, which @backend reads, with no name yet.
    [[nodiscard]] static NetworkUse use_of(const std::string &file, const char *backend);
    /// The next configuration file; one that is read is kept in contents.  Null: no such file, or it is ignored.
    [[nodiscard]] Result<const std::string *> read(const std::string &path);
    /// Adds to unread, up to a bound.
    void warn_unread(std::string id, std::string text);
    void warn_unread(const Notices &more);
    /// Adds to hardware, up to a bound.
    void warn_hardware(std::string id, std::string text);

    const GuestView &guest;
    std::map<std::string, std::string> contents; ///< by path; they stay where they are
    std::vector<NetworkUse> uses;                ///< in the order that the files are read in
    std::vector<NetworkRoute> routes;
    std::set<std::string> left_out; ///< files that may exist and were not read
    Notices unread;                 ///< of files that were ignored, or read in part
    Notices hardware;               ///< of files that may demand a card of the old machine

  private:
    text::ConfigReader reader_{512, 4u << 20};
};

/// Reads the files of ifupdown, ifcfg files of RHEL and SUSE, systemd-networkd, netplan, NetworkManager, wicked,
/// dhcpcd, connman, netifrc, Slackware, etcnet, cloud-init's own settings, .link files and udev's rules.
[[nodiscard]] Result<NetworkFiles> read_network_files(const GuestView &guest);

/// The readers, one a format; each adds what it finds.
[[nodiscard]] Result<> read_ifupdown(NetworkFiles &into);
[[nodiscard]] Result<> read_ifcfg(NetworkFiles &into);
[[nodiscard]] Result<> read_networkd(NetworkFiles &into);
[[nodiscard]] Result<> read_netplan(NetworkFiles &into);
[[nodiscard]] Result<> read_cloud_init(NetworkFiles &into);
[[nodiscard]] Result<> read_keyfiles(NetworkFiles &into);
[[nodiscard]] Result<> read_wicked(NetworkFiles &into);
[[nodiscard]] Result<> read_dhcpcd(NetworkFiles &into);
[[nodiscard]] Result<> read_connman(NetworkFiles &into);
[[nodiscard]] Result<> read_netifrc(NetworkFiles &into);
[[nodiscard]] Result<> read_slackware(NetworkFiles &into);
[[nodiscard]] Result<> read_etcnet(NetworkFiles &into);
[[nodiscard]] Result<> read_udev_rules(NetworkFiles &into);

/// The NAME of a rule that names a network card; null for any other rule.
[[nodiscard]] const text::UdevTerm *card_name_of(const text::UdevRule &rule);

} // namespace h2k
