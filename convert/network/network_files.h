// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/network/network_use.h"
#include "fixers/text/config_file.h"
#include "fixers/text/udev_rules.h"
#include <map>
#include <set>

namespace h2k {

/// A sentence about a file.
struct NetworkWarning {
    std::string text;
    bool of_hardware = false; ///< the file may demand a card of the old machine; else something was not looked at
};

/// All that the guest's files say of its network; bounded.
class NetworkFiles {
  public:
    explicit NetworkFiles(const GuestView &view) : guest(view) {}

    /// Adds a use with its first pins; what is more than any guest has is left out with a warning.
    void add(NetworkUse use);
    /// Adds a use that only speaks of @name.
    void mention(const std::string &file, std::string_view name, bool beneath = false);
    /// Adds a default route.
    void add_route(NetworkRoute route);
    /// A use of @file, which @backend reads, with no name yet.
    [[nodiscard]] static NetworkUse use_of(const std::string &file, const char *backend);
    /// The next configuration file; one that is read is kept in contents.  Null: there is none, or it is left out.
    [[nodiscard]] Result<const std::string *> read(const std::string &path);
    /// Warns of a file that something was left out of.
    void warn_unread(std::string sentence) { warn({std::move(sentence), false}); }
    /// Warns of a file that may demand hardware of the old machine.
    void warn_hardware(std::string sentence) { warn({std::move(sentence), true}); }

    const GuestView &guest;
    std::map<std::string, std::string> contents; ///< by path; they stay where they are
    std::vector<NetworkUse> uses;                ///< in the order that the files are read in
    std::vector<NetworkRoute> routes;
    std::set<std::string> left_out; ///< files that may be there and were not read
    std::vector<NetworkWarning> warnings;

  private:
    void warn(NetworkWarning warning);
    text::ConfigReader reader_{512, 4u << 20};
};

/// Reads the files of ifupdown, ifcfg files of RHEL and SUSE, systemd-networkd, netplan, NetworkManager, wicked,
/// dhcpcd, connman, cloud-init's own settings, .link files and udev's rules.
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
[[nodiscard]] Result<> read_udev_rules(NetworkFiles &into);

/// A rule that names a network card: its NAME, null where it is none.
[[nodiscard]] const text::UdevTerm *card_name_of(const text::UdevRule &rule);

} // namespace h2k
