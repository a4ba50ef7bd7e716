// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/first_versions.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>
#include <json-glib/json-glib.h>

namespace h2k {

template <> struct Release<JsonNode> {
    void operator()(JsonNode *p) const noexcept { json_node_unref(p); }
};

namespace {

constexpr int journal_version = 1;

/// Absolute, and without parts that lead elsewhere: it is hung below the job's own folder.
bool is_straight(const std::string &path) {
    const auto parts = split(path, '/');
    return path.size() > 1 && path[0] == '/' &&
           std::ranges::none_of(parts, [](const auto &part) { return part == ".." || part == "."; });
}

std::string member(JsonObject *object, const char *name) {
    auto *node = json_object_get_member(object, name);
    if (!node || json_node_get_value_type(node) != G_TYPE_STRING)
        return {};
    return json_node_get_string(node);
}

void add(JsonBuilder *json, const char *name, const std::string &value) {
    json_builder_set_member_name(json, name);
    const Owned<char> valid{g_utf8_make_valid(value.data(), static_cast<gssize>(value.size()))};
    json_builder_add_string_value(json, valid.get());
}

void add(JsonBuilder *json, const char *name, const std::vector<std::string> &values) {
    json_builder_set_member_name(json, name);
    json_builder_begin_array(json);
    for (const auto &value : values)
        json_builder_add_string_value(json, Owned<char>{g_utf8_make_valid(value.c_str(), -1)}.get());
    json_builder_end_array(json);
}

void add_change(JsonBuilder *json, const Change &change, const std::vector<std::string> &kept, const char *state) {
    json_builder_begin_object(json);
    add(json, "fixer", change.fixer);
    add(json, "kind", std::string{kind_of(change)});
    if (const auto path = path_of(change); !path.empty())
        add(json, "path", path);
    if (const auto *run = std::get_if<RunInGuest>(&change.action))
        add(json, "argv", run->argv);
    if (const auto *rebuild = std::get_if<RebuildInitramfs>(&change.action))
        add(json, "argv", rebuild->argv);
    add(json, "reason", change.reason);
    add(json, "kept", kept);
    add(json, "state", std::string{state});
    json_builder_end_object(json);
}

} // namespace

Result<FirstVersions> FirstVersions::open(const GuestView &guest, const std::string &job) {
    FirstVersions versions{job};
    if (const auto text = H2K_TRY(guest.read(versions.folder() + "/journal.json")))
        versions.read_journal(*text);
    return versions;
}

/// What an earlier run of the job kept.  A journal that cannot be read counts as none.
void FirstVersions::read_journal(const std::string &text) {
    const Owned<JsonNode> root{json_from_string(text.c_str(), nullptr)};
    if (!root || !JSON_NODE_HOLDS_OBJECT(root.get()))
        return;
    auto *files = json_object_get_member(json_node_get_object(root.get()), "files");
    if (!files || !JSON_NODE_HOLDS_ARRAY(files))
        return;
    auto *array = json_node_get_array(files);
    for (guint i = 0; i < json_array_get_length(array); ++i) {
        auto *node = json_array_get_element(array, i);
        if (!JSON_NODE_HOLDS_OBJECT(node))
            continue;
        auto *object = json_node_get_object(node);
        const auto path = member(object, "path");
        if (is_straight(path))
            files_[path] = {member(object, "first"), member(object, "copy"), member(object, "link")};
    }
}

Result<FirstVersions::First> FirstVersions::keep_new(Guest &guest, const std::string &path, Need need,
                                                     Follow follow) const {
    if (follow == Follow::no)
        if (const auto link = H2K_TRY(guest.link(path)))
            return First{.state = "link", .link = *link};
    const auto copy = folder() + "/files" + path;
    switch (H2K_TRY(guest.keep(path, copy))) {
    case Kept::yes: return First{.state = "kept", .copy = copy};
    case Kept::absent: return First{.state = "absent"};
    case Kept::no_room: break;
    }
    if (need == Need::where_room)
        return First{.state = "no-room"};
    return fail(H2K_ERROR_FAILED, _("The guest's disk is too full to keep the first version of “%s”."), path.c_str());
}

Result<std::string> FirstVersions::keep(Guest &guest, const std::string &path, Need need, Follow follow) {
    if (!is_straight(path))
        return fail(H2K_ERROR_FAILED, _("“%s” is no path in the guest that can be changed."), path.c_str());
    auto it = files_.find(path);
    if (it == files_.end())
        it = files_.emplace(path, H2K_TRY(keep_new(guest, path, need, follow))).first;
    return it->second.copy;
}

Result<> FirstVersions::write_journal(Guest &guest, const std::vector<Change> &changes,
                                      const std::vector<Applied> &done, const std::string &error) const {
    const auto json = Ref<JsonBuilder>::adopt(json_builder_new());
    auto *j = json.get();
    json_builder_begin_object(j);
    json_builder_set_member_name(j, "version");
    json_builder_add_int_value(j, journal_version);
    add(j, "job", job_);
    if (!error.empty())
        add(j, "error", error);
    json_builder_set_member_name(j, "files");
    json_builder_begin_array(j);
    for (const auto &[path, first] : files_) {
        json_builder_begin_object(j);
        add(j, "path", path);
        add(j, "first", first.state);
        if (!first.copy.empty())
            add(j, "copy", first.copy);
        if (!first.link.empty())
            add(j, "link", first.link);
        json_builder_end_object(j);
    }
    json_builder_end_array(j);
    json_builder_set_member_name(j, "changes");
    json_builder_begin_array(j);
    for (std::size_t i = 0; i < changes.size(); ++i)
        add_change(j, changes[i], i < done.size() ? done[i].kept : std::vector<std::string>{},
                   i < done.size() ? "done" : (i == done.size() ? "failed" : "not-done"));
    json_builder_end_array(j);
    json_builder_end_object(j);
    const Owned<JsonNode> root{json_builder_get_root(j)};
    const std::string text = std::string{Owned<char>{json_to_string(root.get(), TRUE)}.get()} + "\n";
    return guest.apply({.fixer = "apply",
                        .reason = _("The journal of this job."),
                        .action = WriteFile{.path = folder() + "/journal.json", .content = text, .mode = 0600}});
}

} // namespace h2k
