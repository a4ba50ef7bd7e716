// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/owned.h"
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <json-glib/json-glib.h>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

template <> struct Release<JsonNode> {
    void operator()(JsonNode *p) const noexcept { json_node_unref(p); }
};

/// Writes one JSON document, member by member.  Text that is not UTF-8 is made so.
class JsonWriter {
  public:
    JsonWriter() : builder_(Ref<JsonBuilder>::adopt(json_builder_new())) {}

    /// An object: the whole document, an array's element, or the member @name.
    template <typename F> void object(F &&fill) {
        json_builder_begin_object(builder_.get());
        fill();
        json_builder_end_object(builder_.get());
    }
    template <typename F> void object(const char *name, F &&fill) {
        json_builder_set_member_name(builder_.get(), name);
        object(std::forward<F>(fill));
    }
    template <typename F> void array(const char *name, F &&fill) {
        json_builder_set_member_name(builder_.get(), name);
        json_builder_begin_array(builder_.get());
        fill();
        json_builder_end_array(builder_.get());
    }
    /// An element of an array.
    void value(std::string_view text);
    void member(const char *name, std::string_view text);
    void member(const char *name, const char *text) { member(name, std::string_view{text}); }
    void member(const char *name, std::nullptr_t) {
        json_builder_set_member_name(builder_.get(), name);
        json_builder_add_null_value(builder_.get());
    }
    template <std::same_as<bool> B> void member(const char *name, B value) {
        json_builder_set_member_name(builder_.get(), name);
        json_builder_add_boolean_value(builder_.get(), value);
    }
    template <std::integral I>
        requires(!std::same_as<I, bool>)
    void member(const char *name, I value) {
        json_builder_set_member_name(builder_.get(), name);
        json_builder_add_int_value(builder_.get(), static_cast<std::int64_t>(value));
    }
    /// Printed with at most three digits after the point: seconds to the millisecond.
    void member(const char *name, double value);
    void member(const char *name, const std::vector<std::string> &texts);
    /// Leaves the member out where the text is empty.
    void optional(const char *name, std::string_view text);

    /// The document; indented and ending in a newline unless @one_line.
    [[nodiscard]] std::string text(bool one_line = false);

  private:
    Ref<JsonBuilder> builder_;
};

} // namespace h2k
