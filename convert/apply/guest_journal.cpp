// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/guest_journal.h"
#include "convert/base/text.h"
#include "convert/model/json.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr guint most_entries = 20000;

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

std::optional<GuestJournal> read_guest_journal(const std::string &text, const std::string &job) {
    const Owned<JsonNode> root{json_from_string(text.c_str(), nullptr)};
    if (!root || !JSON_NODE_HOLDS_OBJECT(root.get()))
        return std::nullopt;
    auto *top = json_node_get_object(root.get());
    if (text_member(top, "kind") != "journal" || text_member(top, "job") != job)
        return std::nullopt;
    GuestJournal journal{.job = job, .files = {}, .commands = {}};
    const auto copies = std::string{journals_folder} + "/" + job + "/files";
    for_each_object(top, "files", [&](JsonObject *object) {
        JournalFile file{.path = text_member(object, "path"),
                         .first = text_member(object, "first"),
                         .copy = text_member(object, "copy"),
                         .link = text_member(object, "link"),
                         .left_link = std::nullopt,
                         .left_sha256 = text_member(object, "left_sha256")};
        if (json_object_has_member(object, "left_link"))
            file.left_link = text_member(object, "left_link");
        if (is_straight(file.path) && (file.first == "kept" ? file.copy == copies + file.path : file.copy.empty()))
            journal.files.push_back(std::move(file));
    });
    for_each_object(top, "changes", [&](JsonObject *object) {
        const auto kind = text_member(object, "kind");
        if (kind == "run" && text_member(object, "outcome") != "not-done")
            journal.commands.push_back(command_of(object));
    });
    return journal;
}

} // namespace h2k
