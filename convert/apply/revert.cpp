// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/revert.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/model/json.h"
#include <algorithm>
#include <map>
#include <ranges>
#include <set>

namespace h2k {

namespace {

constexpr std::size_t most_jobs = 256;

/// What stands at a path: a link, a file by its sum, or neither.
struct Standing {
    std::optional<std::string> link;
    std::string sha256;
    bool operator==(const Standing &) const = default;
};

/// The jobs are taken back one after the other, so each is compared with what the ones before it make of the guest.
class Work {
  public:
    Work(const Guest &guest, RevertPlan &plan) : guest_(guest), plan_(plan) {}
    Result<> take_back(const GuestJournal &journal);

  private:
    Result<Standing> standing_at(const std::string &path) const;
    Result<> restore(const JournalFile &file);
    void give_back(const JournalFile &file, const Standing &now, const Standing &first);
    Result<> remove_folders(std::vector<std::string> folders);
    bool is_empty(const std::string &folder) const;
    void change(decltype(Change::action) action, const char *why);
    void mark(const std::string &job);

    const Guest &guest_;
    RevertPlan &plan_;
    std::map<std::string, Standing> becomes_;
    std::set<std::string> gone_; ///< folders
};

void Work::change(decltype(Change::action) action, const char *why) {
    plan_.changes.push_back({"revert", why, std::move(action)});
}

Result<Standing> Work::standing_at(const std::string &path) const {
    if (const auto it = becomes_.find(path); it != becomes_.end())
        return it->second;
    Standing now{.link = H2K_TRY(guest_.link(path)), .sha256 = {}};
    if (!now.link)
        now.sha256 = H2K_TRY(guest_.sha256(path));
    return now;
}

void Work::give_back(const JournalFile &file, const Standing &now, const Standing &first) {
    if (first.link) {
        change(MakeLink{.path = file.path, .to = *first.link}, _("What was a link becomes that link again."));
    } else if (!first.sha256.empty()) {
        if (now.link)
            change(RemoveFile{file.path}, _("The link that the repair made goes."));
        change(CopyFile{.path = file.path, .from = file.copy}, _("The file is again as it was before the repair."));
    } else {
        change(RemoveFile{file.path}, _("There was no such file before the repair."));
    }
    becomes_[file.path] = first;
}

Result<> Work::restore(const JournalFile &written) {
    auto file = written;
    // A file that was written through a link is the one that the link leads to.
    if (file.first != "link" && !file.link.empty() && H2K_TRY(guest_.link(file.path)) == file.link) {
        const Owned<char> behind{g_canonicalize_filename(file.link.c_str(), folder_of(file.path).c_str())};
        file.path = behind.get();
    }
    if (file.first == "no-room") {
        plan_.left.push_back(sentence(_("“%s” stays as it is: there was no room to keep its first version."),
                                      printable(file.path).c_str()));
        return {};
    }
    Standing first;
    if (file.first == "link")
        first.link = file.link;
    else if (file.first == "kept")
        first.sha256 = H2K_TRY(guest_.link(file.copy)) ? "" : H2K_TRY(guest_.sha256(file.copy));
    else if (file.first != "absent")
        return {};
    const auto now = H2K_TRY(standing_at(file.path));
    if (file.first == "kept" && first.sha256.empty()) {
        plan_.left.push_back(
            sentence(_("“%s” stays as it is: its first version is gone."), printable(file.path).c_str()));
        return {};
    }
    if (now == first)
        return {};
    if (now == Standing{file.left_link, file.left_sha256})
        give_back(file, now, first);
    else
        plan_.left.push_back(sentence(_("“%s” stays as it is: the guest has changed it since the repair."),
                                      printable(file.path).c_str()));
    return {};
}

bool Work::is_empty(const std::string &folder) const {
    auto inside = guest_.list(folder + "/*");
    const auto all_hidden = guest_.list(folder + "/.*");
    if (!inside || !all_hidden)
        return false; // too many to be listed
    for (const auto &hidden : *all_hidden)
        if (const auto name = base_name(hidden); name != "." && name != "..")
            inside->push_back(hidden);
    for (const auto &path : *inside) {
        const auto it = becomes_.find(path);
        if (!gone_.contains(path) && (it == becomes_.end() || it->second != Standing{}))
            return false;
    }
    return true;
}

/// The deepest first.
Result<> Work::remove_folders(std::vector<std::string> folders) {
    std::ranges::sort(folders, std::ranges::greater{});
    for (const auto &folder : folders) {
        if (gone_.contains(folder) || H2K_TRY(guest_.link(folder)) || !H2K_TRY(guest_.exists(folder)) ||
            !is_empty(folder))
            continue;
        gone_.insert(folder);
        change(RemoveFile{folder}, _("The folder was made by the repair, and nothing is left in it."));
        plan_.changes.back().may_fail = true;
    }
    return {};
}

void Work::mark(const std::string &job) {
    JsonWriter json;
    json.object([&] {
        json.member("version", 1);
        json.member("kind", "reverted");
        json.member("job", job);
        json.member("left", plan_.left);
    });
    change(WriteFile{.path = std::string{journals_folder} + "/" + job + "/reverted.json",
                     .content = json.text(),
                     .mode = 0600},
           _("The job is taken back once."));
}

Result<> Work::take_back(const GuestJournal &journal) {
    std::vector<std::string> folders;
    for (const auto &file : journal.files)
        if (file.first == "no-folder")
            folders.push_back(file.path);
        else
            H2K_CHECK(restore(file));
    H2K_CHECK(remove_folders(std::move(folders)));
    for (const auto &command : journal.commands)
        plan_.left.push_back(
            sentence(_("What the command “%s” did beyond the files that were kept cannot be taken back."),
                     printable(command).c_str()));
    plan_.jobs.push_back(journal.job);
    mark(journal.job);
    return {};
}

} // namespace

Result<RevertPlan> plan_revert(const Guest &guest, const std::string &job) {
    if (!job.empty() && !is_job_name(job))
        return fail(H2K_ERROR_USAGE, _("“%s” cannot be the name of a job."), printable(job).c_str());
    RevertPlan plan;
    Work work{guest, plan};
    bool found = false;
    auto paths = H2K_TRY(guest.list(std::string{journals_folder} + "/" + (job.empty() ? "*" : job) + "/journal.json"));
    // Their names begin with the time.
    for (const auto &path : paths | std::views::reverse | std::views::take(most_jobs)) {
        const auto folder = folder_of(path);
        const auto text = H2K_TRY(guest.read(path));
        const auto journal = text ? read_guest_journal(*text, base_name(folder)) : std::nullopt;
        if (!journal || !is_job_name(journal->job))
            continue;
        found = true;
        if (!H2K_TRY(guest.exists(folder + "/reverted.json")))
            H2K_CHECK(work.take_back(*journal));
    }
    if (!found)
        return fail(H2K_ERROR_SOURCE, "%s",
                    _("The guest has no journal of a repair, so nothing says what it was before."));
    return plan;
}

} // namespace h2k
