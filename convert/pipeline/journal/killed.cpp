// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/journal/killed.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/document/json.h"
#include "convert/model/journal/guest_journal.h"
#include "convert/pipeline/report/report.h"
#include <algorithm>
#include <array>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>

namespace h2k {

namespace {

constexpr std::size_t longest_journal = 16u << 20;
constexpr std::array stages = {Stage::describe, Stage::fetch, Stage::flatten, Stage::inspect,
                               Stage::plan,     Stage::fix,   Stage::convert, Stage::validate};
constexpr std::array actions = {Action::inspect, Action::plan, Action::import, Action::boot_test, Action::revert};

/// The lines of a journal that no process holds; none of one that is in use.
std::vector<std::string> dead_journal(const std::string &path) {
    const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (!file || flock(file.get(), LOCK_SH | LOCK_NB) != 0)
        return {};
    return lines(read_file("/proc/self/fd/" + std::to_string(file.get()), longest_journal).value_or(""));
}

std::string text_of(const Node &entry, const char *name) {
    const auto *node = entry.member(name);
    return node && node->kind == Node::Kind::text && !node->plain ? node->value : "";
}

double seconds_between(const std::string &from, const std::string &to) {
    const auto time = [](const std::string &text) -> gint64 {
        GDateTime *at = g_date_time_new_from_iso8601(text.c_str(), nullptr);
        const gint64 since = at ? g_date_time_to_unix(at) * G_USEC_PER_SEC + g_date_time_get_microsecond(at) : 0;
        g_clear_pointer(&at, g_date_time_unref);
        return since;
    };
    return static_cast<double>(std::max<gint64>(time(to) - time(from), 0)) / G_USEC_PER_SEC;
}

/// What the lines of a journal say, one after the other.
class KilledJob {
  public:
    /// A last line that was cut off says nothing.
    void take(const std::string &line) {
        const auto document = read_json(line, "journal.jsonl");
        if (!document)
            return;
        const auto &entry = document->root;
        const auto event = text_of(entry, "event");
        last_ = text_of(entry, "time");
        ended_ = ended_ || event == "end";
        if (event == "job")
            begin(entry);
        else if (event == "stage")
            take_stage(entry);
        else if (event == "published")
            report_.artifacts.push_back({.type = "converted_image", .path = text_of(entry, "path"), .format = {}});
    }
    /// nullopt: it was not killed.
    std::optional<Report> report() {
        if (report_.job.empty() || ended_)
            return std::nullopt;
        report_.seconds = seconds_between(report_.started, last_);
        const auto why = std::string{_("The job was killed in this stage, or its host stopped.")};
        if (!report_.stages.empty() && !report_.stages.back().success && report_.stages.back().error.empty())
            report_.stages.back().error = why;
        report_.errors.push_back(
            {report_.stages.empty() ? "request" : name_of(report_.stages.back().stage), why, last_});
        return std::move(report_);
    }

  private:
    void begin(const Node &entry) {
        const auto action =
            std::ranges::find(actions, text_of(entry, "action"), [](Action one) { return name_of(one); });
        if (action == actions.end())
            return;
        report_.job = text_of(entry, "job");
        report_.action = *action;
        report_.started = last_;
        if (const auto *sources = entry.member("sources"); sources && sources->kind == Node::Kind::list)
            for (const auto &source : sources->items)
                report_.sources.push_back(source.value);
    }
    void take_stage(const Node &entry) {
        const auto stage = std::ranges::find(stages, text_of(entry, "stage"), [](Stage one) { return name_of(one); });
        const auto state = text_of(entry, "state");
        if (stage == stages.end())
            return;
        if (state == "begun") {
            report_.stages.push_back({.stage = *stage, .success = false, .seconds = 0, .error = {}, .steps = {}});
            begun_ = last_;
        } else if (!report_.stages.empty() && report_.stages.back().stage == *stage) {
            auto &record = report_.stages.back();
            record.success = state == "done";
            record.seconds = seconds_between(begun_, last_);
            record.error = text_of(entry, "detail");
        }
    }

    Report report_;
    std::string begun_, last_;
    bool ended_ = false;
};

void report_if_killed(const std::string &folder) {
    const auto path = folder + "/report.json";
    if (path_exists(path))
        return;
    KilledJob job;
    for (const auto &line : dead_journal(folder + "/journal.jsonl"))
        job.take(line);
    auto report = job.report();
    if (!report || report->job != base_name(folder))
        return;
    report->artifacts.push_back({.type = "journal", .path = folder + "/journal.jsonl", .format = {}});
    if (const auto written = write_file(path, report_json(*report)); !written)
        g_debug("%s", written.error().message());
}

} // namespace

void report_killed_jobs(const std::string &state) {
    std::error_code error;
    std::filesystem::directory_iterator entry{state + "/jobs", error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error))
        if (is_job_name(entry->path().filename().string()))
            report_if_killed(entry->path().string());
}

} // namespace h2k
