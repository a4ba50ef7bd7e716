// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/document/node.h"

namespace h2k {

enum class YamlReader {
    /// A file for us: aliases are refused, since few bytes can stand for many with them, and so are repeated
    /// keys, keys that are not strings, and a second document.
    strict,
    /// A file of more lenient programs: aliases are followed within the limits, repeated keys are all
    /// kept, members whose key is not a string are left out, and the first document counts.
    tolerant
};

/// One document of YAML, of which JSON without surrogates is a part.  @name is for messages.  Text that is empty or a
/// comment is a null.  H2K_ERROR_USAGE.
[[nodiscard]] Result<Document> read_yaml(const std::string &text, const std::string &name,
                                         const DocumentLimits &limits = {}, YamlReader reader = YamlReader::strict);

} // namespace h2k
