// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace h2k {

/// One account of the guest.
struct Account {
    std::string name;
    std::optional<unsigned> uid, gid;
    std::vector<std::string> groups; ///< further groups
    std::string comment, shell, home;
    bool create_home = true;
    std::vector<std::string> ssh_keys; ///< lines of authorized_keys
    std::string password_hash;         ///< crypt(5); empty: none is set
    bool sudo = false;                 ///< without a password
    bool lock = false;
};

/// A file of the guest's network configuration: its base name and what it holds.
struct NetworkFile {
    std::string name, content;
};

/// What runs once, in order, when the guest starts first.
struct FirstBootScript {
    std::string name, content; ///< a base name; begins with "#!"
    unsigned order = 20;       ///< two digits; scripts of one number run in the order of their names
};

/// What is put into a guest because the user asks for it.
struct Configuration {
    std::string file; ///< the host's, that it was read from; empty: none
    std::vector<Account> users;
    std::vector<std::string> disable_users, delete_users;
    std::vector<std::string> enable_services, disable_services, mask_services;
    std::string hostname, domain;
    std::vector<std::pair<std::string, std::vector<std::string>>> hosts; ///< address, names
    std::vector<NetworkFile> networkd, network_manager;
    std::vector<FirstBootScript> first_boot;
};

} // namespace h2k
