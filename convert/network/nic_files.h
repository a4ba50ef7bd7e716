// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"
#include "fixers/text/network_text.h"
#include "fixers/text/udev_rules.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace h2k {

using text::files_in_order;
using text::is_left_over;
using text::normal_mac;

/// A MAC that a file ties to an interface.
struct MacPin {
    text::Piece piece;
    bool sets = false;    ///< gives the interface this address, instead of recognising the card by it
    text::Line line{};    ///< its content is not to be used
    bool on_line = false; ///< the line holds nothing else, and can go
};

/// A driver or bus address that a file demands of a card.
struct HardwarePin {
    enum Kind { driver, bus_path } kind = driver;
    text::Piece piece;
    text::Line line;      ///< its content is not to be used
    bool alone = false;   ///< nothing else in the file tells the card
    bool on_line = false; ///< the line holds nothing else, and can go
};

/// One file's use of one interface.
struct NicUse {
    std::string file;
    std::string name; ///< empty: the card is known by its MAC or hardware alone
    std::vector<MacPin> macs;
    std::vector<HardwarePin> hardware;
    bool is_rule = false; ///< of udev's rules: gives a name rather than using one
    bool is_link = false; ///< of a .link file: the same
    bool beneath = false; ///< the name is only spoken of as that of a card below something else
    bool made = false;    ///< of a bond, bridge … that may have the MAC of a card
    std::string renamed;  ///< the file's own name tells the card: it has to end with this and the card's MAC
};

/// Names and patterns of which a card's name must fit one, for a file to be for it.
struct NamePatterns {
    std::string file;
    std::vector<std::string> any_of;
};

/// All that the guest's files say of network cards.
struct NicFiles {
    std::map<std::string, std::string> contents; ///< of every file named in uses
    std::vector<NicUse> uses;
    std::set<std::string> made; ///< interfaces that software makes: bonds, bridges …
    std::vector<NamePatterns> patterns;
    std::set<std::string> left_out;    ///< files that may be there and were not read
    std::vector<std::string> warnings; ///< whole sentences

    /// Adds a warning; after the first hundred of them no more.
    void warn(const char *format, ...) G_GNUC_PRINTF(2, 3);
    /// Adds a use with its first pins; what is more than any guest has is left out with a warning.
    void add(NicUse use);
    /// Would add() leave out all that comes?
    [[nodiscard]] bool is_full() const;
    /// The next configuration file; one that is read is kept in contents.  Null: there is none, or it is left out.
    [[nodiscard]] Result<const std::string *> read(const GuestView &guest, const std::string &path);

  private:
    text::ConfigReader reader_{256, 4u << 20};
};
[[nodiscard]] Result<NicFiles> read_nic_files(const GuestView &guest);

/// Where an edited @path is written: what lies in /usr/lib or /lib is overridden by a file of /etc.
[[nodiscard]] std::string place_to_edit(const std::string &path);
/// The readers, one a format; each adds what it finds.
[[nodiscard]] Result<> read_ifupdown(const GuestView &guest, NicFiles &into);
[[nodiscard]] Result<> read_ifcfg(const GuestView &guest, NicFiles &into);
[[nodiscard]] Result<> read_networkd(const GuestView &guest, NicFiles &into);
[[nodiscard]] Result<> read_netplan(const GuestView &guest, NicFiles &into);
[[nodiscard]] Result<> read_network_manager(const GuestView &guest, NicFiles &into);
[[nodiscard]] Result<> read_udev_rules(const GuestView &guest, NicFiles &into);
/// dhcpcd.conf(5) and wicked's XML.
[[nodiscard]] Result<> read_other_files(const GuestView &guest, NicFiles &into);

/// Can @name be the name of a network card, as far as the name itself tells?
[[nodiscard]] bool is_card_name(std::string_view name);
/// "ens192.10" and "ens192:1" as "ens192".
[[nodiscard]] std::string without_suffix(std::string_view name);
/// The words of @piece as pieces of their own, quotes not looked at.
[[nodiscard]] std::vector<text::Piece> words_of(const text::Piece &piece);
/// A MAC that is @assignment's or @entry's whole value stands on a line of its own.
template <typename Entry> MacPin mac_pin(const Entry &entry, text::Piece piece, bool sets) {
    const bool whole = piece.size == entry.value.size;
    return {std::move(piece), sets, entry.line, whole};
}
/// Adds a use that only speaks of @name as of a card below something else.
void add_beneath(NicFiles &into, const std::string &file, std::string name);
/// A driver of interfaces that software makes: "veth".
[[nodiscard]] bool is_software_driver(std::string_view driver);
/// Is @pattern a pattern of fnmatch(3) rather than a name?
[[nodiscard]] bool is_pattern(std::string_view pattern);

/// A rule that names a network card: its NAME, null where it is none.
[[nodiscard]] const text::UdevTerm *card_name_of(const text::UdevRule &rule);
inline constexpr const char *udev_rules_glob = "/etc/udev/rules.d/*.rules";
/// What our own .link files are called.
inline constexpr const char *own_link_prefix = "/etc/systemd/network/10-virt-hyper2kvm-";

} // namespace h2k
