// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/document/node.h"
#include "fixers/text/edit.h"
#include <optional>

namespace h2k::text {

/// One member of network.ethernets of a netplan file.
struct NetplanEthernet {
    std::string id;
    std::optional<std::string> match_name, set_name;
    std::optional<Piece> match_mac, match_driver; ///< match_driver: the scalar, where it is one
    std::vector<std::string> match_drivers;       ///< where it is a list
    bool matches = false;                         ///< it has a "match"; else its id is the interface's name
    unsigned match_keys = 0;
    std::optional<Piece> mac;  ///< "macaddress", which the interface is given
    bool has_unplaced = false; ///< a MAC or driver is written so that its bytes cannot be told; it has no piece
};
struct NetplanFile {
    std::vector<NetplanEthernet> ethernets;
    std::vector<std::string> made; ///< ids of bonds, bridges, VLANs and the like
};
/// What a netplan file says of ethernet cards, with the places of the values.  Fails on what is no YAML or nested
/// deeper, larger or longer than such a file is.  Source: the netplan reference, "netplan.readthedocs.io", ethernets.
[[nodiscard]] Result<NetplanFile> parse_netplan(std::string_view file);

/// Is @file of a size and an encoding that such a file has?
[[nodiscard]] Result<> check_netplan_text(std::string_view file);

/// Such a file, or one of cloud-init's with the same content, as netplan reads it: with aliases.  Fails as
/// parse_netplan().
[[nodiscard]] Result<Document> read_network_yaml(std::string_view file);

/// What is done to one scalar of a file: it becomes @text, or goes with its key.
struct ScalarEdit {
    std::size_t at = 0; ///< of the Piece
    std::optional<std::string> text;
};
/// Is @after what @before becomes by @edits, as YAML reads both: the same in everything else?
[[nodiscard]] bool changes_only(std::string_view before, std::string_view after, const std::vector<ScalarEdit> &edits);

} // namespace h2k::text
