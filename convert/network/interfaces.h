// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/guest_interface.h"
#include "fixers/text/config_file.h"
#include <deque>
#include <map>

namespace h2k {

/// The interfaces that ifupdown, netplan, systemd-networkd, NetworkManager, ifcfg files of RHEL and SUSE, wicked,
/// dhcpcd and cloud-init's own settings configure; each once for each of these programs, and at most 128.  .link files
/// and udev's persistent rules add MACs.  What is not read, is a warning.
[[nodiscard]] Result<std::vector<GuestInterface>> find_interfaces(const GuestView &guest,
                                                                  std::vector<std::string> &warnings);

/// What the readers find; bounded.
class InterfaceList {
  public:
    InterfaceList(const GuestView &view, std::vector<std::string> &said) : guest(view), warnings(said) {}

    /// The interface @name of @backend, which is new where @file is the first to speak of it.  One without a name is
    /// always new.
    GuestInterface &of(const char *backend, std::string_view name, const std::string &file);
    /// The interface @name of @backend; null: no file spoke of it so far.
    [[nodiscard]] GuestInterface *known(std::string_view backend, std::string_view name);
    /// @member is one of the bond, bridge or team @above.
    void join(const char *backend, std::string_view above, std::string_view member);
    /// A default route that no file ties to an interface; it is that of the one that has addresses.
    void add_gateway(const char *backend, std::string_view gateway);
    /// A name that a .link file or a rule gives the card with that MAC.
    void pin(std::string_view name, std::string_view mac);
    /// The next configuration file; null: there is none, or it is left out.  It stays.
    [[nodiscard]] Result<const std::string *> read(const std::string &path);
    /// All of them, with what they say of each other brought together.
    [[nodiscard]] std::vector<GuestInterface> finished() &&;

    const GuestView &guest;
    std::vector<std::string> &warnings;

  private:
    std::deque<GuestInterface> all_; // so that references stay
    std::deque<std::string> contents_;
    struct Joined {
        std::string backend, above, member;
    };
    std::vector<Joined> joined_;
    std::map<std::string, std::string> macs_;  // by name
    std::map<std::string, std::string> names_; // by MAC
    GuestInterface rest_;                      // where there is no room for more
    text::ConfigReader reader_{512, 4u << 20};
};

/// Adds @text to the names or addresses in @list, unless it is there, empty or too long; no list grows over 64.
void add_text(std::vector<std::string> &list, std::string_view text);
/// As add_text(), where @address is one of IP, with @mask ("24", "255.255.255.0") as its prefix unless it has one.
void add_address(std::vector<std::string> &list, std::string_view address, std::string_view mask = {});
/// As add_text(), where @gateway is an address of IP.
void add_gateway(std::vector<std::string> &list, std::string_view gateway);
/// The digits that @name ends with.
[[nodiscard]] std::string_view digits_behind(std::string_view name);

/// The readers, one a format.
[[nodiscard]] Result<> find_ifupdown(InterfaceList &into);
[[nodiscard]] Result<> find_networkd(InterfaceList &into);
[[nodiscard]] Result<> find_keyfiles(InterfaceList &into);
[[nodiscard]] Result<> find_sysconfig(InterfaceList &into);
/// Netplan's files, and cloud-init's settings of the network.
[[nodiscard]] Result<> find_netplan(InterfaceList &into);
/// wicked's XML and dhcpcd.conf(5).
[[nodiscard]] Result<> find_other_interfaces(InterfaceList &into);

} // namespace h2k
