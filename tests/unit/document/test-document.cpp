// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/document/json.h"
#include "convert/document/yaml.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

/// A tree in one line; plain text without quotes.
static std::string shown(const Node &node) {
    if (node.kind == Node::Kind::text)
        return node.plain ? node.value : "'" + node.value + "'";
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < node.items.size(); ++i)
        parts.push_back((node.kind == Node::Kind::map ? node.keys[i] + ": " : "") + shown(node.items[i]));
    return node.kind == Node::Kind::map ? "{" + join(parts, ", ") + "}" : "[" + join(parts, ", ") + "]";
}

static std::string json(const std::string &text) { return shown(unwrap(read_json(text, "f.json")).root); }
static std::string no_json(const std::string &text) { return message_of(read_json(text, "f.json"), H2K_ERROR_USAGE); }
static std::string tolerant(const std::string &text) {
    return shown(unwrap(read_yaml(text, "f.yaml", {}, YamlReader::tolerant)).root);
}

static void json_is_read() {
    assert_equal(json(R"( {"a": [1, -0.5e+3, true, null, []], "b": {"c": "d"}, "": {}} )"),
                 "{a: [1, -0.5e+3, true, null, []], b: {c: 'd'}, : {}}");
    assert_equal(json(R"("\"\\\/\b\f\n\r\tä\u00e4\ud83d\ude00")"), "'\"\\/\b\f\n\r\tää😀'");
    assert_equal(json("0"), "0");
    g_assert_true(unwrap(read_json("null", "f")).root.is_null());
}

static void only_json_is_read() {
    for (const auto *bad : {"",
                            " ",
                            "01",
                            "+1",
                            "1.",
                            ".5",
                            "1e",
                            "-",
                            "tru",
                            "nul",
                            "NaN",
                            "'a'",
                            "{a: 1}",
                            "[1,]",
                            "[1",
                            "[1 2]",
                            "{\"a\"}",
                            "{\"a\": 1,}",
                            "{\"a\": 1",
                            "\"a",
                            "\"\\x\"",
                            "\"\\u12\"",
                            "\"\\ud800\"",
                            "\"\\udc00\"",
                            "\"\\ud800\\u0041\"",
                            "\"\\u0000\"",
                            "\"a\nb\"",
                            "// a\n1",
                            "1 2",
                            "[1] ]"})
        no_json(bad);
    assert_equal(no_json("{\"a\": 1,\n \"b\": 2,\n \"a\": 3}"), "f.json:3: The key “a” is repeated.");
    assert_equal(no_json("[1,\n2\n"), "f.json:3: This is not JSON.");
    assert_equal(no_json("{}\n{}"), "f.json:2: The document ends before this.");
    no_json("\"\xff\"");
    no_json("\xef\xbb\xbf{}");
}

static void documents_are_bounded() {
    const DocumentLimits few{.most_bytes = 100, .most_depth = 4, .most_values = 8};
    for (auto *read :
         {+[](const std::string &text, const DocumentLimits &limits) { return read_json(text, "f", limits); },
          +[](const std::string &text, const DocumentLimits &limits) { return read_yaml(text, "f", limits); }}) {
        unwrap(read("[[[[1]]]]", few));
        unwrap(read("[1,2,3,4,5,6,7]", few));
        message_of(read("[[[[[]]]]]", few), H2K_ERROR_USAGE);
        message_of(read("[1,2,3,4,5,6,7,8]", few), H2K_ERROR_USAGE);
        message_of(read("\"" + std::string(100, 'x') + "\"", few), H2K_ERROR_USAGE);
        message_of(read(std::string(100000, '['), {}), H2K_ERROR_USAGE);
    }
}

static void places_are_known() {
    const std::string text = "{\"ä\": \"value\",\n \"b\": [12, \"e\\\"\"]}";
    for (const auto &document : {unwrap(read_json(text, "f")), unwrap(read_yaml(text, "f"))}) {
        const auto &first = *document.root.member("ä"), &list = *document.root.member("b");
        g_assert_true(first.verbatim);
        assert_equal(text.substr(first.at, first.size), "value");
        assert_equal(text.substr(list.items[0].at, list.items[0].size), "12");
        g_assert_false(list.items[1].verbatim);
        g_assert_cmpuint(first.line, ==, 1);
        g_assert_cmpuint(list.items[1].line, ==, 2);
    }
}

static void yaml_of_others_is_read() {
    assert_equal(tolerant("a: &x {b: 1}\nc: *x\nc: [*x, *x]\n"), "{a: {b: 1}, c: {b: 1}, c: [{b: 1}, {b: 1}]}");
    assert_equal(shown(*unwrap(read_yaml("a: 1\na: 2", "f", {}, YamlReader::tolerant)).root.member("a")), "2");
    assert_equal(tolerant("{[1]: a, {b: c}: d, e: f}"), "{e: f}");
    assert_equal(tolerant("a: &k b\n*k : c\n"), "{a: b, b: c}");
    assert_equal(tolerant("a\n---\nb\n"), "a");
    for (const auto *bad : {"*x", "&x [*x]", "a\n---\n[", "a\n---\n*x"})
        message_of(read_yaml(bad, "f", {}, YamlReader::tolerant), H2K_ERROR_USAGE);
}

/// Few bytes can stand for many, in a row or within each other.
static void aliases_are_bounded() {
    std::string wide = "a0: &a0 [x, x, x, x, x, x, x, x]\n", deep = "a0: &a0 [x]\n";
    for (int i = 1; i < 40; ++i) {
        const auto n = std::to_string(i), last = std::to_string(i - 1);
        wide += "a" + n + ": &a" + n + " [*a" + last + ", *a" + last + ", *a" + last + ", *a" + last + "]\n";
        deep += "a" + n + ": &a" + n + " [*a" + last + "]\n";
    }
    for (const auto &text : {wide, deep})
        g_assert_true(message_of(read_yaml(text, "f", {}, YamlReader::tolerant), H2K_ERROR_USAGE)
                          .ends_with(": The file has too many values, or nests them too deeply."));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/document/json", json_is_read);
    g_test_add_func("/document/json/strict", only_json_is_read);
    g_test_add_func("/document/limits", documents_are_bounded);
    g_test_add_func("/document/places", places_are_known);
    g_test_add_func("/document/yaml/tolerant", yaml_of_others_is_read);
    g_test_add_func("/document/yaml/aliases", aliases_are_bounded);
    return g_test_run();
}
