// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/owned.h"
#include <glib.h>
#include <optional>
#include <string>

namespace h2k {

template <> struct Release<GRegex> {
    void operator()(GRegex *p) const noexcept { g_regex_unref(p); }
};

namespace text {

/// A regular expression that a file of the guest has for short names; one that takes too long to match does not fit.
class Expression {
  public:
    /// nullopt: it is not valid.
    [[nodiscard]] static std::optional<Expression> compile(const std::string &expression);
    /// Does a part of @name match?
    [[nodiscard]] bool fits(const std::string &name) const;

  private:
    explicit Expression(Owned<GRegex> regex) noexcept : regex_(std::move(regex)) {}
    Owned<GRegex> regex_;
};

} // namespace text

} // namespace h2k
