// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// @name with what file systems of other systems make no difference of: case, and the normal form of Unicode.
[[nodiscard]] std::string folded(const std::string &name);

/// Names, to be found whatever their case and normal form.
class SimilarNames {
  public:
    explicit SimilarNames(const std::vector<std::string> &names);
    /// The only one that is @wanted but for these; null where there is none, or several.
    [[nodiscard]] std::optional<std::string> find(const std::string &wanted) const;

  private:
    std::map<std::string, std::optional<std::string>> by_folded_; ///< null: several
};

} // namespace h2k
