// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/folder/similar.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include <glib.h>

namespace h2k {

std::string folded(const std::string &name) {
    const Owned<char> one{is_utf8(name) ? g_utf8_casefold(name.c_str(), -1) : nullptr};
    const Owned<char> normal{one ? g_utf8_normalize(one.get(), -1, G_NORMALIZE_NFC) : nullptr};
    return normal ? normal.get() : lower(name);
}

SimilarNames::SimilarNames(const std::vector<std::string> &names) {
    for (const auto &name : names)
        if (const auto [at, added] = by_folded_.try_emplace(folded(name), name); !added)
            at->second.reset();
}

std::optional<std::string> SimilarNames::find(const std::string &wanted) const {
    const auto found = by_folded_.find(folded(wanted));
    return found == by_folded_.end() ? std::nullopt : found->second;
}

} // namespace h2k
