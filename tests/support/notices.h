// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"

namespace h2k::test {

/// The sentences alone, in order.
[[nodiscard]] inline std::vector<std::string> texts_of(const Notices &notices) {
    std::vector<std::string> texts;
    for (const auto &notice : notices)
        texts.push_back(notice.text);
    return texts;
}

} // namespace h2k::test
