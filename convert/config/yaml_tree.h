// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

struct YamlKey;

/// A value of a YAML or JSON file, with its place.
class YamlNode {
  public:
    enum class Kind { text, list, map };

    Kind kind = Kind::text;
    std::string value;             ///< of text
    bool plain = false;            ///< text without quotes, which alone can be a null
    std::vector<std::string> keys; ///< of a map, as many as items
    std::vector<YamlNode> items;
    unsigned line = 0;
    const std::string *file = nullptr; ///< its name; the tree's

    [[nodiscard]] bool is_null() const;
    /// A failure that begins with "FILE:LINE: ".  H2K_ERROR_USAGE.
    [[nodiscard]] std::unexpected<Error> refused(const char *format, ...) const G_GNUC_PRINTF(2, 3);
    /// What each returns is there, or the failure says what is.
    [[nodiscard]] Result<std::string> text() const;
    [[nodiscard]] Result<bool> flag() const;
    [[nodiscard]] Result<unsigned> number(unsigned least, unsigned most) const;
    /// Calls @take for each item of a list of at most @most; a text alone is a list of one, a null an empty one.
    [[nodiscard]] Result<> each(std::size_t most, const std::function<Result<>(const YamlNode &)> &take) const;
    /// Hands each member of a map to the key that is called so; an unknown one fails with the nearest known one, and so
    /// do two spellings of one key.  A null is no member, and instead of a map it is an empty one.
    [[nodiscard]] Result<> members(const std::vector<YamlKey> &known) const;
    [[nodiscard]] const YamlNode *member(std::string_view key) const;
};

/// A key of a map in each of its spellings, and what takes its value.
struct YamlKey {
    std::vector<const char *> spellings;
    std::function<Result<>(const YamlNode &)> take;
};

struct YamlTree {
    std::unique_ptr<const std::string> name;
    YamlNode root;
};

/// One document of YAML or JSON, at most 8 MiB, 32 levels and 65536 values.  Aliases are refused, since few bytes can
/// stand for many with them, and keys that come twice.  @name is for messages.  H2K_ERROR_USAGE.
[[nodiscard]] Result<YamlTree> parse_yaml(const std::string &text, const std::string &name);

} // namespace h2k
