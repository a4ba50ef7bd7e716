// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/json.h"

namespace h2k {

namespace {

std::string valid(std::string_view text) {
    return Owned<char>{g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()))}.get();
}

/// 0.275 as "0.275" and 12 as "12.0"; json-glib itself would print 0.27500000000000002.
std::string thousandths(double number) {
    char buffer[G_ASCII_DTOSTR_BUF_SIZE + 320]; // the longest double has 309 digits before its point
    std::string text = g_ascii_formatd(buffer, sizeof buffer, "%.3f", number);
    while (text.ends_with('0') && !text.ends_with(".0"))
        text.pop_back();
    return text;
}

/// Prints a tree as json-glib does, but for its numbers with a fraction.
class Printer {
  public:
    explicit Printer(bool one_line) : one_line_(one_line) {}
    std::string text;

    void print(JsonNode *node) {
        if (JSON_NODE_HOLDS_OBJECT(node))
            print_object(json_node_get_object(node));
        else if (JSON_NODE_HOLDS_ARRAY(node))
            print_array(json_node_get_array(node));
        else if (json_node_get_value_type(node) == G_TYPE_DOUBLE)
            text += thousandths(json_node_get_double(node));
        else
            text += Owned<char>{json_to_string(node, FALSE)}.get();
    }

  private:
    void print_object(JsonObject *object) {
        JsonObjectIter it;
        json_object_iter_init_ordered(&it, object);
        const char *name = nullptr;
        JsonNode *node = nullptr;
        begin('{');
        for (bool first = true; json_object_iter_next_ordered(&it, &name, &node); first = false) {
            next(first);
            text += std::string{"\""} + name + (one_line_ ? "\":" : "\" : "); // names are our own and need no escape
            print(node);
        }
        end('}', json_object_get_size(object) == 0);
    }
    void print_array(JsonArray *array) {
        begin('[');
        for (guint i = 0; i < json_array_get_length(array); ++i) {
            next(i == 0);
            print(json_array_get_element(array, i));
        }
        end(']', json_array_get_length(array) == 0);
    }
    void begin(char bracket) {
        text += bracket;
        depth_++;
    }
    void next(bool first) {
        if (!first)
            text += ',';
        new_line();
    }
    void end(char bracket, bool empty) {
        depth_--;
        if (!empty)
            new_line();
        text += bracket;
    }
    void new_line() {
        if (!one_line_)
            text += "\n" + std::string(2 * depth_, ' ');
    }

    bool one_line_;
    std::size_t depth_ = 0;
};

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
    Printer printer{one_line};
    printer.print(root.get());
    return printer.text + "\n";
}

} // namespace h2k
