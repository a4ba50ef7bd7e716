// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest_interface.h"
#include "fixers/text/edit.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

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
    std::vector<std::string> others; ///< that the file accepts as well
    text::Line line;                 ///< its content is not to be used
    /// Without it the match would be for other interfaces as well: neither a MAC nor names alone identify the card.
    bool needed = false;
    bool on_line = false; ///< the line holds nothing else, and can go
};

/// What one file says of one interface, or of all that its patterns fit.
struct NetworkUse {
    enum Kind {
        interface, ///< it configures it
        mention,   ///< it only uses the name
        link,      ///< a .link file of systemd: it gives a name
        rule,      ///< a rule of udev: the same
        seed       ///< settings of cloud-init, which it writes other files from
    } kind = interface;
    /// As they are written, patterns among them, without the number of an alias; none: the card is identified by its
    /// MAC or hardware alone.
    std::vector<std::string> names;
    bool unsure = false; ///< the names may be those of a section, a file, or a bus address
    bool card = true;    ///< a wired network card, rather than a bond, bridge, VLAN, or a wireless one
    std::vector<MacPin> macs;
    std::vector<HardwarePin> hardware;
    std::string renamed; ///< the file's own name identifies the card: it has to end with this and the card's MAC
    /// Names of interfaces that it stands on: members, a parent, and what has to be up before it.
    std::vector<std::string> lower;
    std::vector<std::string> upper; ///< names of bonds, bridges and teams that it is a member of
    /// The interface as it is configured here, MAC included.  Its name is not used: names are.
    GuestInterface settings;
};

/// A default route that is given apart from its interface.
struct NetworkRoute {
    std::string backend;   ///< as GuestInterface has it
    std::string interface; ///< empty: the one of the backend that has addresses
    std::string gateway;
};

/// In bytes; no program reads a longer one.
inline constexpr std::size_t longest_interface_name = 255;

/// Adds @text to the names or addresses in @list, unless it is there, empty or too long; no list grows over 64.
void add_text(std::vector<std::string> &list, std::string_view text);
/// As add_text(), where @address is one of IP, with @mask ("24", "255.255.255.0") as its prefix unless it has one.
void add_address(std::vector<std::string> &list, std::string_view address, std::string_view mask = {});
/// As add_text(), where @gateway is an address of IP.
void add_gateway(std::vector<std::string> &list, std::string_view gateway);
/// @name is a member of what @use configures.
void add_member(NetworkUse &use, std::string_view name);
/// @name is the interface that the VLAN or the like of @use stands on.
void set_parent(NetworkUse &use, std::string_view name);
/// @type as the kind of an interface, unless it is longer than any kind.
void set_kind(NetworkUse &use, std::string_view type);
/// The digits that @name ends with.
[[nodiscard]] std::string_view trailing_digits(std::string_view name);

/// Can @name be the name of a network card, judging by the name alone?
[[nodiscard]] bool is_card_name(std::string_view name);
/// "ens192.10" and "ens192:1" as "ens192".
[[nodiscard]] std::string without_suffix(std::string_view name);
/// Is @pattern a pattern of fnmatch(3) rather than a name?
[[nodiscard]] bool is_pattern(std::string_view pattern);
/// Do @names, as a file matches by them, mean certain interfaces: no patterns, and not only what is left out ("!eth0")?
[[nodiscard]] bool are_certain(const std::vector<std::string> &names);
/// Is @text one of @all?
[[nodiscard]] bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all);
/// The words of @piece that are MACs.
[[nodiscard]] std::vector<text::Piece> macs_in(const text::Piece &piece);

/// A MAC that is @entry's whole value is on a line of its own.
template <typename Entry> MacPin mac_pin(const Entry &entry, text::Piece piece, bool sets) {
    const bool whole = piece.size == entry.value.size;
    return {std::move(piece), sets, entry.line, whole};
}

} // namespace h2k
