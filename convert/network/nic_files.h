// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/network/network_files.h"

namespace h2k {

/// One file's use of one network card, or of what may have its MAC.
struct NicUse {
    std::string file;
    std::string name; ///< empty: the card is known by its MAC or hardware alone
    std::vector<MacPin> macs;
    std::vector<HardwarePin> hardware;
    bool is_rule = false; ///< of udev's rules: gives a name rather than using one
    bool is_link = false; ///< of a .link file: the same
    bool beneath = false; ///< the name is only mentioned as that of a card below something else
    bool made = false;    ///< of a bond, bridge … that may have the MAC of a card
    std::string renamed;  ///< the file's own name identifies the card: it has to end with this and the card's MAC
};

/// Names and patterns of which a card's name must fit one, for a file to be for it.
struct NamePatterns {
    std::string file;
    std::vector<std::string> any_of;
};

/// All that the guest's files say of network cards.
struct NicFiles {
    std::map<std::string, std::string> contents; ///< of every file named in uses
    std::vector<NicUse> uses;                    ///< of cards, and of what else has a MAC
    std::vector<NamePatterns> patterns;
    std::map<std::string, std::string> own_links; ///< names in our own .link files, by MAC
    std::set<std::string> left_out;               ///< files that may exist and were not read
    Notices notices;

    /// Adds a warning, up to a bound.
    void warn(std::string id, std::string text);
};
[[nodiscard]] Result<NicFiles> read_nic_files(const GuestView &guest);

/// What our own .link files are called.
inline constexpr const char *own_link_prefix = "/etc/systemd/network/10-virt-hyper2kvm-";

} // namespace h2k
