// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "fixers/text/interfaces.h"
#include <functional>
#include <optional>

namespace h2k::text {

/// The configuration files below @folders that end as @glob says, each base name once: an earlier folder's file hides
/// those of the same name in later ones.
[[nodiscard]] Result<std::vector<std::string>>
files_in_order(const GuestView &guest, std::initializer_list<const char *> folders, const std::string &glob);
/// Is @path a copy that an editor or a package left behind, by its suffix?
[[nodiscard]] bool is_left_over(std::string_view path);
/// Does @destination mean everything: "default", "0.0.0.0/0", "::/0"?
[[nodiscard]] bool is_default_route(std::string_view destination);
/// A VLAN's number; nullopt: not a valid one.
[[nodiscard]] std::optional<unsigned> vlan_number(std::string_view text);

/// One file of ifupdown.
struct InterfacesPart {
    std::string path;
    InterfacesFile content;
};
/// Gives the content of a file, null where it is missing or ignored.
using ReadNext = std::function<Result<const std::string *>(const std::string &)>;
/// /etc/network/interfaces and all that it sources, each once.  Files beyond a limit are ignored, with a
/// warning.
[[nodiscard]] Result<std::vector<InterfacesPart>> read_interfaces_files(const GuestView &guest, const ReadNext &read,
                                                                        Notices &notices);

} // namespace h2k::text
