// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/journal/host_journal.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/model/guest_paths.h"
#include "convert/pipeline/report/unified_diff.h"
#include "convert/pipeline/state.h"
#include "convert/plan/undo_diff.h"
#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <ranges>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t longest_report = 16u << 20, longest_diff = 256u << 10, longest_diffs = 4u << 20;
constexpr std::size_t most_jobs = 4096;

/// Empty where others than this user and root may have written it.
std::string read_own_file(const std::string &path) {
    const Descriptor file{open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    struct stat st{};
    if (!file || fstat(file.get(), &st) != 0 || !S_ISREG(st.st_mode) || (st.st_uid != geteuid() && st.st_uid != 0) ||
        (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return {};
    return read_file("/proc/self/fd/" + std::to_string(file.get()), longest_report).value_or("");
}

using Named = std::string (*)(const std::string &path);

/// The journal in the report at @path, where that is of an import that made @images.
std::optional<HostJournal> journal_in(const std::string &path, const std::vector<std::string> &images,
                                      const std::string &job, Named named) {
    auto journal = read_report_journal(read_own_file(path));
    if (!journal || (!job.empty() && journal->job != job))
        return std::nullopt;
    std::vector<std::string> made;
    std::ranges::transform(journal->images, std::back_inserter(made), named);
    const auto knows = [&](const std::string &image) { return std::ranges::find(made, named(image)) != made.end(); };
    if (!std::ranges::all_of(images, knows))
        return std::nullopt;
    return HostJournal{path, *std::move(journal)};
}

/// The content of each file after the plan's changes, nullopt for one that they remove; without secret ones.
std::map<std::string, std::optional<std::string>> known_after(const RepairPlan &plan) {
    std::map<std::string, std::optional<std::string>> after;
    std::set<std::string> secret;
    for (const auto &change : plan.changes) {
        const auto facts = facts_of(change);
        for (const auto &effect : facts.effects) {
            if (!effect.is_known())
                continue;
            if (plan.hides(facts))
                secret.insert(effect.path);
            else
                after[effect.path] = effect.content ? std::optional{*effect.content} : std::nullopt;
        }
    }
    for (const auto &path : secret)
        after.erase(path);
    return after;
}

} // namespace

std::optional<HostJournal> find_host_journal(const std::vector<std::string> &images, const std::string &job) {
    if (auto beside = journal_in(folder_of(images.front()) + "/report.json", images, job, base_name))
        return beside;
    std::vector<std::string> jobs;
    std::error_code error;
    std::filesystem::directory_iterator entry{state_folder() + "/jobs", error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error))
        if (const auto name = entry->path().filename().string(); is_job_name(name) && (job.empty() || job == name))
            jobs.push_back(entry->path());
    std::ranges::sort(jobs, std::ranges::greater{}); // their names begin with the time
    for (const auto &folder : jobs | std::views::take(most_jobs))
        if (auto found = journal_in(folder + "/report.json", images, job, absolute_path))
            return found;
    return std::nullopt;
}

std::vector<JournalFile> files_for_report(const GuestView &guest, const std::string &job, const RepairPlan &plan,
                                          GCancellable *cancel) {
    const auto text = guest.read(job_folder(job) + "/journal.json");
    auto journal = text && *text ? read_guest_journal(**text, job) : std::nullopt;
    if (!journal)
        return {};
    const auto known = known_after(plan);
    std::size_t space = longest_diffs;
    for (auto &file : journal->files) {
        const auto before = plan.before.find(file.path);
        const auto after = known.find(file.path);
        if (file.first != "kept" || before == plan.before.end() || after == known.end() || file.left_link ||
            (after->second ? sha256_of(*after->second) : "") != file.left_sha256)
            continue;
        auto diff = unified_diff(file.path, before->second, after->second, cancel);
        if (!diff || !is_utf8(*diff) || diff->size() > std::min(space, longest_diff) ||
            undo_diff(after->second.value_or(""), *diff) != before->second)
            continue;
        space -= diff->size();
        file.first_sha256 = sha256_of(before->second);
        file.diff = *std::move(diff);
    }
    return std::move(journal->files);
}

} // namespace h2k
