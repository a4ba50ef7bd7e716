// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

struct Key;

/// A value of a YAML or JSON document, with its place in the file.
class Node {
  public:
    enum class Kind { text, list, map };

    Kind kind = Kind::text;
    bool plain = false;                ///< text without quotes: a null, true, false or number can only be such
    bool verbatim = false;             ///< text: its bytes in the file are the value, with no escape, fold or anchor
    unsigned line = 0;                 ///< from 1
    std::size_t at = 0, size = 0;      ///< of verbatim text: its bytes in the file, without quotes
    std::string value;                 ///< of text
    std::vector<std::string> keys;     ///< of a map, as many as items
    std::vector<Node> items;           ///< of a list or map
    const std::string *file = nullptr; ///< its name; the document owns it

    [[nodiscard]] bool is_null() const;
    /// A failure that begins with "FILE:LINE: ".  H2K_ERROR_USAGE.
    [[nodiscard]] std::unexpected<Error> refused(const char *format, ...) const G_GNUC_PRINTF(2, 3);
    /// A value of the type, or a failure that says what is expected.
    [[nodiscard]] Result<std::string> text() const;
    [[nodiscard]] Result<bool> flag() const;
    template <std::unsigned_integral N> [[nodiscard]] Result<N> number(N least, N most) const {
        return static_cast<N>(H2K_TRY(unsigned_number(least, most)));
    }
    /// Calls @take for each item of a list of at most @most; a text alone is a list of one, a null an empty one.
    [[nodiscard]] Result<> each(std::size_t most, const std::function<Result<>(const Node &)> &take) const;
    /// Hands each member of a map to the key that is called so; an unknown one fails with the nearest known one, and so
    /// do two spellings of one key.  A null is no member, and instead of a map it is an empty one.
    [[nodiscard]] Result<> members(const std::vector<Key> &known) const;
    /// The value of a map's key, of several the last one; null where it is missing, and of what is not a map.
    [[nodiscard]] const Node *member(std::string_view key) const;

  private:
    [[nodiscard]] Result<std::uint64_t> unsigned_number(std::uint64_t least, std::uint64_t most) const;
};

/// A key of a map in each of its spellings, and what takes its value.
struct Key {
    std::vector<const char *> spellings;
    std::function<Result<>(const Node &)> take;
};

struct Document {
    std::unique_ptr<const std::string> name;
    Node root;
};

/// Larger documents are refused before memory is spent on them.
struct DocumentLimits {
    std::size_t most_bytes = 8u << 20;
    std::size_t most_depth = 32; ///< lists and maps within each other
    std::size_t most_values = 65536;
};

} // namespace h2k
