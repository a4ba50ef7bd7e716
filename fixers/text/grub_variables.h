// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace h2k::text {

/// The variables of a grub.cfg that have one value whatever its conditions come to (GRUB manual, "set", "load_env").
class GrubVariables {
  public:
    /// @block: GRUB's environment block beside @file; "" where there is none.
    GrubVariables(std::string_view file, std::string_view block);
    /// @text with "$NAME" and "${NAME}" replaced, of at most 64 KiB; null: the value of one of them is not certain.
    [[nodiscard]] std::optional<std::string> expanded(std::string_view text) const;

  private:
    void add(const std::string &name, std::optional<std::string> value);
    [[nodiscard]] std::optional<std::string> value_of(const std::string &name) const;
    std::map<std::string, std::optional<std::string>> values_; ///< null: not certain
};

} // namespace h2k::text
