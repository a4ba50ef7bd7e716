// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/json.h"

namespace h2k {

template <> struct Release<JsonNode> {
    void operator()(JsonNode *p) const noexcept { json_node_unref(p); }
};

namespace {
std::string valid(std::string_view text) {
    return Owned<char>{g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()))}.get();
}
} // namespace

void JsonWriter::value(std::string_view text) { json_builder_add_string_value(builder_.get(), valid(text).c_str()); }

void JsonWriter::member(const char *name, std::string_view text) {
    json_builder_set_member_name(builder_.get(), name);
    value(text);
}

void JsonWriter::member(const char *name, double number) {
    json_builder_set_member_name(builder_.get(), name);
    json_builder_add_double_value(builder_.get(), number);
}

void JsonWriter::member(const char *name, const std::vector<std::string> &texts) {
    array(name, [&] {
        for (const auto &text : texts)
            value(text);
    });
}

void JsonWriter::optional(const char *name, std::string_view text) {
    if (!text.empty())
        member(name, text);
}

std::string JsonWriter::text(bool one_line) {
    const Owned<JsonNode> root{json_builder_get_root(builder_.get())};
    const Owned<char> text{json_to_string(root.get(), !one_line)};
    return std::string{text.get()} + "\n";
}

} // namespace h2k
