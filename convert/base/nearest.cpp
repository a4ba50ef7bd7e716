// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/nearest.h"
#include <algorithm>
#include <numeric>
#include <utility>

namespace h2k {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

const char *nearest(std::string_view word, const std::vector<const char *> &names) {
    constexpr std::size_t longest_word = 64, most_changes = 3;
    if (word.size() > longest_word)
        return nullptr;
    const char *best = nullptr;
    auto least = std::min(most_changes, word.size() / 2) + 1;
    for (const auto *name : names)
        if (const auto distance = edit_distance(word, name); distance < least) {
            least = distance;
            best = name;
        }
    return best;
}

} // namespace h2k
