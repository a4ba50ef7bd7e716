// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"
#include <optional>

namespace h2k::text {

/// An option of an iface stanza: its name and each word after it.
struct InterfaceOption {
    std::string name;
    std::vector<Piece> words;
    std::optional<Line> line{}; ///< where it stands on one line; its content is not to be used
};

/// An "iface" stanza of interfaces(5).
struct InterfaceStanza {
    std::string name, family, method;
    std::vector<InterfaceOption> options;
};

/// What interfaces(5) of ifupdown says.
struct InterfacesFile {
    std::vector<std::string> started; ///< names of auto and allow-* lines
    std::vector<std::string> mapped;  ///< names and patterns of mapping lines
    std::vector<Piece> renamed;       ///< "OLD=NEW" of rename lines
    std::vector<InterfaceStanza> stanzas;
    std::vector<std::string> sources; ///< patterns of "source", folders of "source-directory" as "FOLDER/*"
};
[[nodiscard]] InterfacesFile parse_interfaces(std::string_view file);

} // namespace h2k::text
