// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/document/node.h"
#include <set>

namespace h2k {

/// The limits on a document, for the readers of both languages.
class Budget {
  public:
    explicit Budget(const DocumentLimits &limits) : limits_(limits) {}

    /// Fails where another @values within @depth lists and maps are too much; @at is where they begin.
    [[nodiscard]] Result<> take(const Node &at, std::size_t depth, std::size_t values = 1) {
        taken_ += values;
        if (taken_ > limits_.most_values || depth > limits_.most_depth)
            return at.refused("%s", _("The file has too many values, or nests them too deeply."));
        return {};
    }
    [[nodiscard]] std::size_t taken() const { return taken_; }

  private:
    const DocumentLimits &limits_;
    std::size_t taken_ = 0;
};

/// Fails where the last key of @map is one of @seen, which it joins; @at is where it stands.
[[nodiscard]] inline Result<> check_key(const Node &map, std::set<std::string> &seen, const Node &at) {
    if (!seen.insert(map.keys.back()).second)
        return at.refused(_("The key “%s” is repeated."), printable(map.keys.back()).c_str());
    return {};
}

/// A document without content yet; fails where @text cannot be one.
[[nodiscard]] inline Result<Document> new_document(const std::string &text, const std::string &name,
                                                   const DocumentLimits &limits) {
    Document made{std::make_unique<const std::string>(name), {}};
    made.root.plain = true;
    made.root.line = 1;
    made.root.file = made.name.get();
    if (text.size() > limits.most_bytes || !is_utf8(text))
        return made.root.refused("%s", _("The file is too large, or not UTF-8 text."));
    return made;
}

} // namespace h2k
