// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/guest_journal.h"
#include "convert/base/text.h"
#include <algorithm>
#include <set>

namespace h2k {

namespace {

constexpr guint most_entries = 20000;
constexpr std::size_t deepest = 64;

std::string text_member(JsonObject *object, const char *name) {
    auto *node = json_object_get_member(object, name);
    if (!node || !JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
        return {};
    return json_node_get_string(node);
}

/// Calls @take with the objects of the array @name.
template <typename F> void for_each_object(JsonObject *of, const char *name, F &&take) {
    auto *node = json_object_get_member(of, name);
    if (!node || !JSON_NODE_HOLDS_ARRAY(node))
        return;
    auto *array = json_node_get_array(node);
    for (guint i = 0; i < std::min(json_array_get_length(array), most_entries); ++i)
        if (auto *element = json_array_get_element(array, i); JSON_NODE_HOLDS_OBJECT(element))
            take(json_node_get_object(element));
}

std::string command_of(JsonObject *change) {
    auto *node = json_object_get_member(change, "command");
    if (!node || !JSON_NODE_HOLDS_ARRAY(node))
        return {};
    std::vector<std::string> argv;
    auto *array = json_node_get_array(node);
    for (guint i = 0; i < std::min(json_array_get_length(array), 100u); ++i)
        if (auto *word = json_array_get_element(array, i);
            JSON_NODE_HOLDS_VALUE(word) && json_node_get_value_type(word) == G_TYPE_STRING)
            argv.emplace_back(json_node_get_string(word));
    return join(argv, " ");
}

JournalFile file_of(JsonObject *object) {
    JournalFile file{.path = text_member(object, "path"),
                     .first = text_member(object, "first"),
                     .copy = text_member(object, "copy"),
                     .link = text_member(object, "link"),
                     .left_link = std::nullopt,
                     .left_sha256 = text_member(object, "left_sha256"),
                     .first_sha256 = text_member(object, "first_sha256"),
                     .diff = text_member(object, "diff")};
    if (json_object_has_member(object, "left_link"))
        file.left_link = text_member(object, "left_link");
    return file;
}

void read_changes(JsonObject *top, GuestJournal &journal) {
    for_each_object(top, "changes", [&](JsonObject *object) {
        const auto kind = text_member(object, "kind");
        if (text_member(object, "outcome") == "not-done")
            return;
        if (kind == "run")
            journal.commands.push_back({command_of(object), text_member(object, "reason")});
        if (kind == "label")
            for_each_object(object, "labels",
                            [&](JsonObject *label) { journal.labelled.push_back(text_member(label, "path")); });
    });
}

GuestJournal read_journal(JsonObject *top, const std::string &job) {
    GuestJournal journal{.job = job, .files = {}, .commands = {}, .labelled = {}, .images = {}};
    const auto copies = std::string{journals_folder} + "/" + job + "/files";
    for_each_object(top, "files", [&](JsonObject *object) {
        auto file = file_of(object);
        if (is_straight(file.path) && (file.first == "kept" ? file.copy == copies + file.path : file.copy.empty()))
            journal.files.push_back(std::move(file));
    });
    read_changes(top, journal);
    return journal;
}

void add_unknown_files(JsonObject *top, GuestJournal &journal) {
    std::set<std::string> paths;
    for_each_object(top, "changes", [&](JsonObject *object) {
        if (const auto path = text_member(object, "path"); is_straight(path) && paths.insert(path).second)
            journal.files.push_back({path, "unknown", {}, {}, std::nullopt, {}});
    });
}

} // namespace

bool is_straight(const std::string &path) {
    const auto parts = split(path, '/');
    return path.size() > 1 && path[0] == '/' && path.back() != '/' &&
           std::ranges::none_of(parts, [](const auto &part) { return part == ".." || part == "."; });
}

bool is_job_name(const std::string &job) {
    return !job.empty() && job.size() <= 128 && job[0] != '.' &&
           std::ranges::all_of(job, [](char c) { return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

Owned<JsonNode> read_flat_json(const std::string &text) {
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\')
            ++i;
        else if (c == '"')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (c == '/' || c == '\'' || c == '#') // json-glib knows comments, and we would see quotes in them
            return nullptr;
        else if (c == '[' || c == '{')
            ++depth;
        else if ((c == ']' || c == '}') && depth > 0)
            --depth;
        if (depth > deepest)
            return nullptr;
    }
    Owned<JsonNode> root{json_from_string(text.c_str(), nullptr)};
    return root && JSON_NODE_HOLDS_OBJECT(root.get()) ? std::move(root) : nullptr;
}

std::optional<GuestJournal> read_guest_journal(const std::string &text, const std::string &job) {
    const auto root = read_flat_json(text);
    if (!root)
        return std::nullopt;
    auto *top = json_node_get_object(root.get());
    if (text_member(top, "kind") != "journal" || text_member(top, "job") != job)
        return std::nullopt;
    return read_journal(top, job);
}

std::optional<GuestJournal> read_report_journal(const std::string &text) {
    const auto root = read_flat_json(text);
    if (!root)
        return std::nullopt;
    auto *top = json_node_get_object(root.get());
    const auto job = text_member(top, "job");
    if (text_member(top, "kind") != "report" || text_member(top, "action") != "import" || !is_job_name(job))
        return std::nullopt;
    auto journal = read_journal(top, job);
    if (!json_object_has_member(top, "files"))
        add_unknown_files(top, journal);
    for_each_object(top, "artifacts", [&](JsonObject *object) {
        if (text_member(object, "type") == "converted_image")
            journal.images.push_back(text_member(object, "path"));
    });
    return journal;
}

void write_journal_file(JsonWriter &json, const JournalFile &file) {
    json.member("path", file.path);
    json.member("first", file.first);
    json.optional("copy", file.copy);
    json.optional("link", file.link);
    if (file.left_link)
        json.member("left_link", *file.left_link);
    json.optional("left_sha256", file.left_sha256);
    json.optional("first_sha256", file.first_sha256);
    json.optional("diff", file.diff);
}

} // namespace h2k
