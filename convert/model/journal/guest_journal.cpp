// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/journal/guest_journal.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/document/json.h"
#include "convert/model/guest_paths.h"
#include <algorithm>
#include <set>
#include <span>

namespace h2k {

namespace {

constexpr std::size_t most_entries = 20000, most_words = 100;
/// Of a report of 16 MiB.
constexpr DocumentLimits limits{.most_bytes = 16u << 20, .most_depth = 64, .most_values = 500000};

bool is_text(const Node &node) { return node.kind == Node::Kind::text && !node.plain; }

std::string text_member(const Node &map, const char *name) {
    const auto *node = map.member(name);
    return node && is_text(*node) ? node->value : "";
}

/// The list @name of a map, cut to @most; empty for what is not a list.
std::span<const Node> list_member(const Node &map, const char *name, std::size_t most = most_entries) {
    const auto *node = map.member(name);
    if (!node || node->kind != Node::Kind::list)
        return {};
    return std::span{node->items}.first(std::min(node->items.size(), most));
}

std::optional<std::uint64_t> number_member(const Node &map, const char *name) {
    const auto *node = map.member(name);
    const bool is_number = node && node->kind == Node::Kind::text && node->plain;
    return is_number ? parse_number(node->value, 0, G_MAXINT64) : std::nullopt;
}

std::string command_of(const Node &change) {
    std::vector<std::string> argv;
    for (const auto &word : list_member(change, "command", most_words))
        if (is_text(word))
            argv.push_back(word.value);
    return line_for_shell(argv);
}

JournalFile file_of(const Node &node) {
    JournalFile file{.path = text_member(node, "path"),
                     .first = text_member(node, "first"),
                     .copy = text_member(node, "copy"),
                     .link = text_member(node, "link"),
                     .left_link = std::nullopt,
                     .left_sha256 = text_member(node, "left_sha256"),
                     .first_sha256 = text_member(node, "first_sha256"),
                     .diff = text_member(node, "diff"),
                     .first_bytes = number_member(node, "first_bytes")};
    if (node.member("left_link"))
        file.left_link = text_member(node, "left_link");
    return file;
}

void read_changes(const Node &top, GuestJournal &journal) {
    for (const auto &change : list_member(top, "changes")) {
        const auto kind = text_member(change, "kind");
        if (text_member(change, "outcome") == "not-done")
            continue;
        if (kind == "run")
            journal.commands.push_back({command_of(change), text_member(change, "reason")});
        if (kind == "label")
            for (const auto &label : list_member(change, "labels"))
                journal.labelled.push_back(text_member(label, "path"));
    }
}

GuestJournal read_journal(const Node &top, const std::string &job) {
    GuestJournal journal{.job = job, .files = {}, .commands = {}, .labelled = {}, .images = {}};
    const auto copies = job_folder(job) + "/files";
    for (const auto &entry : list_member(top, "files")) {
        auto file = file_of(entry);
        if (is_straight(file.path) && (file.first == "kept" ? file.copy == copies + file.path : file.copy.empty()))
            journal.files.push_back(std::move(file));
    }
    read_changes(top, journal);
    return journal;
}

void add_unknown_files(const Node &top, GuestJournal &journal) {
    std::set<std::string> paths;
    for (const auto &change : list_member(top, "changes"))
        if (const auto path = text_member(change, "path"); is_straight(path) && paths.insert(path).second)
            journal.files.push_back({path, "unknown", {}, {}, std::nullopt, {}});
}

} // namespace

bool is_straight(const std::string &path) {
    const auto parts = split(path, '/');
    return path.size() > 1 && path[0] == '/' && path.back() != '/' &&
           std::ranges::none_of(parts, [](const auto &part) { return part == ".." || part == "."; });
}

bool is_job_name(const std::string &job) { return job.size() <= 128 && consists_of(job, "-_.") && job[0] != '.'; }

std::optional<GuestJournal> read_guest_journal(const std::string &text, const std::string &job) {
    const auto document = read_json(text, "journal.json", limits);
    if (!document || text_member(document->root, "kind") != "journal" || text_member(document->root, "job") != job)
        return std::nullopt;
    return read_journal(document->root, job);
}

std::optional<GuestJournal> read_report_journal(const std::string &text) {
    const auto document = read_json(text, "report.json", limits);
    if (!document)
        return std::nullopt;
    const auto &top = document->root;
    const auto job = text_member(top, "job");
    if (text_member(top, "kind") != "report" || text_member(top, "action") != "import" || !is_job_name(job))
        return std::nullopt;
    auto journal = read_journal(top, job);
    if (!top.member("files"))
        add_unknown_files(top, journal);
    for (const auto &artifact : list_member(top, "artifacts"))
        if (text_member(artifact, "type") == "converted_image")
            journal.images.push_back(text_member(artifact, "path"));
    return journal;
}

} // namespace h2k
