// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/journal/journal.h"
#include "convert/model/json.h"
#include "convert/pipeline/report/record.h"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace h2k {

namespace {
template <typename F> std::string entry(const char *event, F &&fill) {
    JsonWriter json;
    json.object([&] {
        json.member("time", timestamp_now());
        json.member("event", event);
        fill(json);
    });
    return json.text(true);
}
} // namespace

void Journal::open(const std::string &folder) {
    const auto path = folder + "/journal.jsonl";
    file_ = Descriptor{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600)};
    if (!file_)
        return;
    path_ = path;
    flock(file_.get(), LOCK_EX | LOCK_NB); // for report_killed_jobs()
}

bool Journal::append(const std::string &line) const { return file_ && write_all(file_.get(), line) == 0; }

void Journal::append_synced(const std::string &line) const {
    if (append(line))
        fdatasync(file_.get());
}

void Journal::job(const std::string &id, const char *action, const std::vector<std::string> &sources) {
    append_synced(entry("job", [&](JsonWriter &json) {
        json.member("job", id);
        json.member("action", action);
        json.member("pid", static_cast<int>(getpid()));
        json.member("sources", sources);
    }));
}

void Journal::stage(Stage stage, const char *state, const std::string &detail) {
    append_synced(entry("stage", [&](JsonWriter &json) {
        json.member("stage", name_of(stage));
        json.member("state", state);
        json.optional("detail", detail);
    }));
}

void Journal::change(std::size_t index, const Change &change, const char *state) {
    const auto facts = facts_of(change);
    append(entry("change", [&](JsonWriter &json) {
        json.member("index", index);
        json.member("state", state);
        json.member("fixer", change.fixer);
        json.member("kind", facts.kind);
        json.optional("path", facts.path);
        json.member("reason", change.reason);
    }));
}

void Journal::published(const std::string &path) {
    append_synced(entry("published", [&](JsonWriter &json) { json.member("path", path); }));
}

void Journal::end(bool success, const std::string &error) {
    append_synced(entry("end", [&](JsonWriter &json) {
        json.member("success", success);
        json.optional("error", error);
    }));
}

} // namespace h2k
