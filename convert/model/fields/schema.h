// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/change.h"
#include "convert/model/fields/fields.h"
#include "convert/model/fields/names.h"
#include "convert/model/json.h"
#include <string>
#include <utility>

namespace h2k {

/// Writes the JSON Schema (draft 2020-12) of an object; see fields.h.  No member but those listed may be there.
class FieldSchema {
  public:
    explicit FieldSchema(JsonWriter &json) : json_(json) {}

    /// The members of a schema that describe @sample as an object.
    template <class T> void object(T &sample) {
        json_.member("type", "object");
        json_.object("properties", [&] { fields(*this, sample); });
        json_.member("required", required_);
        json_.member("additionalProperties", false);
    }
    template <class T> void required(const char *name, T &sample) {
        if (conditions_ == 0)
            required_.emplace_back(name);
        property(name, [&] { describe(sample); });
    }
    template <class T> void optional(const char *name, T &sample) {
        if constexpr (std::is_enum_v<T>)
            property(name, [&] { names<T>(true); });
        else
            property(name, [&] { describe(sample); });
    }
    template <class T> void hidden(const char *, T &) {}
    template <class T> void constant(const char *name, T value) {
        required_.emplace_back(name);
        property(name, [&] { json_.member("const", value); });
    }
    void flag(const char *name, bool &, const char *word) {
        property(name, [&] { json_.member("const", word); });
    }
    template <class T> void merged(T &sample) {
        if constexpr (is_optional<T>)
            where(true, [&] { fields(*this, sample.emplace()); });
        else
            fields(*this, sample);
    }
    template <class F> void where(bool, F &&fill) {
        ++conditions_;
        fill();
        --conditions_;
    }
    template <class T> void dictionary(const char *name, std::vector<std::pair<std::string, T>> &) {
        T sample{};
        if (conditions_ == 0)
            required_.emplace_back(name);
        property(name, [&] {
            json_.member("type", "object");
            json_.object("additionalProperties", [&] { describe(sample); });
        });
    }

    template <class F> void choice(const char *name, const std::string &, F &&all) {
        required_.emplace_back(name);
        property(name, [&] { json_.member("enum", all()); });
    }
    template <class F> void members(const std::vector<ChangeMember> &, F &&all) {
        for (const auto &member : all())
            property(member.name, [&] { std::visit([&](auto value) { describe(value); }, member.value); });
    }

  private:
    template <class F> void property(const char *name, F &&fill) { json_.object(name, std::forward<F>(fill)); }

    /// An object of members.
    void describe(std::vector<ChangeMember> &sample) {
        std::vector<std::string> all;
        json_.member("type", "object");
        json_.object("properties", [&] {
            for (auto &member : sample) {
                all.emplace_back(member.name);
                property(member.name, [&] { std::visit([&](auto &value) { describe(value); }, member.value); });
            }
        });
        json_.member("required", all);
        json_.member("additionalProperties", false);
    }
    template <class T> void describe(T &sample) {
        if constexpr (is_optional<T>)
            describe(sample.emplace());
        else if constexpr (is_vector<T>) {
            json_.member("type", "array");
            auto item = sample.empty() ? typename T::value_type{} : sample.front();
            json_.object("items", [&] { describe(item); });
        } else if constexpr (std::is_enum_v<T>)
            names<T>(false);
        else if constexpr (std::same_as<T, bool>)
            json_.member("type", "boolean");
        else if constexpr (std::unsigned_integral<T>) {
            json_.member("type", "integer");
            json_.member("minimum", 0);
        } else if constexpr (std::is_arithmetic_v<T>)
            json_.member("type", std::integral<T> ? "integer" : "number");
        else if constexpr (std::same_as<T, std::string>)
            json_.member("type", "string");
        else
            FieldSchema{json_}.object(sample);
    }
    /// @but_first: leaving the member out means the first value.
    template <class E> void names(bool but_first) {
        std::vector<std::string> all;
        for (const auto value : values_of<E>())
            if (!but_first || value != E{})
                all.emplace_back(name_of(value));
        json_.member("enum", all);
    }

    JsonWriter &json_;
    std::vector<std::string> required_;
    int conditions_ = 0;
};

/// The schema of a document.
template <class T> [[nodiscard]] std::string schema_of(const char *title) {
    JsonWriter json;
    json.object([&] {
        json.member("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.member("title", title);
        T sample{};
        FieldSchema{json}.object(sample);
    });
    return json.text();
}

} // namespace h2k
