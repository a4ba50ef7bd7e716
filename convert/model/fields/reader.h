// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/document/node.h"
#include "convert/model/fields/fields.h"
#include "convert/model/fields/names.h"
#include <limits>
#include <string>
#include <utility>

namespace h2k {

/// What becomes of required members that are missing.
enum class Missing { refused, kept };

/// Reads members of an object of JSON; see fields.h.  An unknown member is an error with its line and the nearest name,
/// and so is what is of another type.  H2K_ERROR_USAGE.
class FieldReader {
  public:
    FieldReader(const Node &node, Missing missing);

    template <class T> void required(const char *name, T &value) {
        if (const auto *node = find(name))
            keep(read(*node, value));
        else if (missing_ == Missing::refused)
            refuse_missing(name);
    }
    template <class T> void optional(const char *name, T &value) {
        if (const auto *node = find(name))
            keep(read(*node, value));
    }
    template <class T> void hidden(const char *name, T &value) { optional(name, value); }
    template <class T> void constant(const char *name, T value) {
        if (const auto *node = find(name))
            keep(is_value(*node, value));
        else if (missing_ == Missing::refused)
            refuse_missing(name);
    }
    void flag(const char *name, bool &value, const char *word) {
        const auto *node = find(name);
        value = value || node;
        if (node)
            keep(is_value(*node, word));
    }
    template <class T> void merged(T &value) {
        if constexpr (!is_optional<T>)
            fields(*this, value);
        else {
            const auto before = found_;
            typename T::value_type inner{};
            const auto missing = std::exchange(missing_, Missing::kept);
            fields(*this, inner);
            missing_ = missing;
            if (found_ > before)
                value = std::move(inner);
        }
    }
    template <class F> void where(bool condition, F &&fill) {
        if (condition)
            fill();
    }
    template <class T> void dictionary(const char *name, std::vector<std::pair<std::string, T>> &pairs) {
        optional(name, pairs);
    }
    /// The first failure, or a member that nobody asked for.
    [[nodiscard]] Result<> finish();

  private:
    /// The member @name, which is known from now on; null: it is missing, or reading has failed.
    const Node *find(const char *name);
    void keep(Result<> result);
    void refuse_missing(const char *name);
    [[nodiscard]] static Result<> require(const Node &node, Node::Kind kind);
    [[nodiscard]] static Result<> is_value(const Node &node, std::string_view text);
    [[nodiscard]] static Result<> is_value(const Node &node, int number);
    [[nodiscard]] static Result<> read(const Node &node, std::string &value);
    [[nodiscard]] static Result<> read(const Node &node, bool &value);
    [[nodiscard]] static Result<> read(const Node &node, double &value);
    template <std::unsigned_integral N>
        requires(!std::same_as<N, bool>)
    [[nodiscard]] static Result<> read(const Node &node, N &value) {
        if (!node.plain)
            return node.refused("%s", not_a_number());
        value = H2K_TRY(node.number(N{0}, std::numeric_limits<N>::max()));
        return {};
    }
    template <class E>
        requires std::is_enum_v<E>
    [[nodiscard]] static Result<> read(const Node &node, E &value) {
        std::string name;
        H2K_CHECK(read(node, name));
        for (const auto candidate : values_of<E>())
            if (name == name_of(candidate)) {
                value = candidate;
                return {};
            }
        return refuse_name(node);
    }
    template <class T> [[nodiscard]] Result<> read(const Node &node, std::optional<T> &value) const {
        return read(node, value.emplace());
    }
    template <class T> [[nodiscard]] Result<> read(const Node &node, std::vector<T> &value) const {
        H2K_CHECK(require(node, Node::Kind::list));
        for (const auto &item : node.items)
            H2K_CHECK(read(item, value.emplace_back()));
        return {};
    }
    template <class T>
    [[nodiscard]] Result<> read(const Node &node, std::vector<std::pair<std::string, T>> &pairs) const {
        H2K_CHECK(require(node, Node::Kind::map));
        for (std::size_t i = 0; i < node.keys.size(); ++i)
            H2K_CHECK(read(node.items[i], pairs.emplace_back(node.keys[i], T{}).second));
        return {};
    }
    template <class T>
        requires std::is_class_v<T>
    [[nodiscard]] Result<> read(const Node &node, T &value) const {
        FieldReader reader{node, missing_};
        fields(reader, value);
        return reader.finish();
    }
    [[nodiscard]] static const char *not_a_number();
    [[nodiscard]] static std::unexpected<Error> refuse_name(const Node &node);

    const Node &node_;
    Missing missing_;
    std::size_t found_ = 0;
    std::vector<const char *> known_;
    Result<> result_;
};

/// Reads @value from an object of JSON.  @missing: whether what the object leaves out keeps the value that it has.
template <class T> [[nodiscard]] Result<> read_fields(const Node &node, T &value, Missing missing = Missing::refused) {
    FieldReader reader{node, missing};
    fields(reader, value);
    return reader.finish();
}

} // namespace h2k
