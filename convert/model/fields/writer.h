// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/change.h"
#include "convert/model/fields/fields.h"
#include "convert/model/json.h"
#include <string>
#include <utility>

namespace h2k {

/// Writes values as members of an object of JSON; see fields.h.
class FieldWriter {
  public:
    explicit FieldWriter(JsonWriter &json) : json_(json) {}

    template <class T> void required(const char *name, const T &value) {
        if constexpr (is_vector<T>)
            json_.array(name, [&] {
                for (const auto &item : value)
                    element(item);
            });
        else if constexpr (std::is_enum_v<T>)
            json_.member(name, name_of(value));
        else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>)
            json_.member(name, value);
        else
            json_.object(name, [&] { fields(*this, value); });
    }
    template <class T> void optional(const char *name, const T &value) {
        if constexpr (is_optional<T>) {
            if (value)
                required(name, *value);
        } else if (value != T{})
            required(name, value);
    }
    template <class T> void optional(const char *name, const std::vector<T> &value) {
        if (!value.empty())
            required(name, value);
    }
    template <class T> void hidden(const char *, const T &) {}
    template <class T> void constant(const char *name, T value) { json_.member(name, value); }
    void flag(const char *name, bool value, const char *word) {
        if (value)
            json_.member(name, word);
    }
    template <class T> void merged(const T &value) {
        if constexpr (!is_optional<T>)
            fields(*this, value);
        else if (value)
            fields(*this, *value);
    }
    template <class F> void where(bool condition, F &&fill) {
        if (condition)
            fill();
    }
    template <class T> void dictionary(const char *name, const std::vector<std::pair<std::string, T>> &pairs) {
        json_.object(name, [&] {
            for (const auto &[key, value] : pairs)
                required(key.c_str(), value);
        });
    }

    template <class F> void choice(const char *name, const std::string &value, F &&) { json_.member(name, value); }
    template <class F> void members(const std::vector<ChangeMember> &members, F &&) {
        for (const auto &member : members)
            std::visit([&](const auto &value) { required(member.name, value); }, member.value);
    }

  private:
    /// An object of members.
    void element(const std::vector<ChangeMember> &object) {
        json_.object([&] { members(object, nullptr); });
    }
    template <class T> void element(const T &value) {
        if constexpr (std::is_enum_v<T>)
            json_.value(name_of(value));
        else if constexpr (std::same_as<T, std::string>)
            json_.value(value);
        else
            json_.object([&] { fields(*this, value); });
    }

    JsonWriter &json_;
};

/// A whole document.
template <class T> [[nodiscard]] std::string document_of(const T &value, bool one_line = false) {
    JsonWriter json;
    json.object([&] {
        FieldWriter writer{json};
        fields(writer, value);
    });
    return json.text(one_line);
}

} // namespace h2k
