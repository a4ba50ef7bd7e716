// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/document/node.h"
#include "fixers/text/edit.h"
#include <optional>

namespace h2k::text {

/// A file of netplan, or of cloud-init with the same content, as netplan reads it: with aliases.  Fails on what is not
/// YAML, too large or nested too deeply.
[[nodiscard]] Result<Document> read_network_yaml(std::string_view file);

/// What is done to one scalar of a file: it becomes @text, or goes with its key.
struct ScalarEdit {
    std::size_t at = 0; ///< of the Piece
    std::optional<std::string> text;
};
/// Is @after what @before becomes by @edits, as YAML reads both: the same in everything else?
[[nodiscard]] bool changes_only(std::string_view before, std::string_view after, const std::vector<ScalarEdit> &edits);

} // namespace h2k::text
