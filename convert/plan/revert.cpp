// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/plan/revert.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/guest_paths.h"
#include "convert/model/json.h"
#include "convert/plan/undo_diff.h"
#include <algorithm>
#include <map>
#include <ranges>
#include <set>

namespace h2k {

namespace {

constexpr std::size_t most_jobs = 256;
constexpr const char *autorelabel = "/.autorelabel";

/// What is at a path: a link, a file by its sum, or neither.
struct FileState {
    std::optional<std::string> link;
    std::string sha256;
    bool operator==(const FileState &) const = default;
};

/// Jobs are reverted one after the other, each compared with what the ones before it make of the guest.
class Planner {
  public:
    Planner(const GuestView &guest, RevertPlan &plan) : guest_(guest), plan_(plan) {}
    Result<> revert(const GuestJournal &journal);

  private:
    Result<FileState> state_of(const std::string &path) const;
    Result<std::string> target_of(const JournalFile &file) const;
    Result<std::optional<FileState>> original_of(const JournalFile &file) const;
    Result<> restore(JournalFile file);
    void restore_original(const JournalFile &file, const FileState &now, const FileState &first);
    Result<> restore_text(const JournalFile &file, const FileState &now);
    Result<> cut_back(const JournalFile &file, const FileState &first);
    void list_leftovers(const GuestJournal &journal);
    void leave(std::string id, std::string why) { plan_.left.warn(std::move(id), std::move(why)); }
    Result<> remove_folders(std::vector<std::string> folders);
    bool is_empty(const std::string &folder) const;
    void change(decltype(Change::action) action, const char *why);
    void mark(const std::string &job);

    const GuestView &guest_;
    RevertPlan &plan_;
    std::map<std::string, FileState> becomes_;
    std::set<std::string> gone_; ///< folders
};

void Planner::change(decltype(Change::action) action, const char *why) {
    plan_.changes.push_back({"revert", why, std::move(action)});
}

Result<FileState> Planner::state_of(const std::string &path) const {
    if (const auto it = becomes_.find(path); it != becomes_.end())
        return it->second;
    FileState now{.link = H2K_TRY(guest_.link(path)), .sha256 = {}};
    if (!now.link)
        now.sha256 = H2K_TRY(guest_.sha256(path));
    return now;
}

void Planner::restore_original(const JournalFile &file, const FileState &now, const FileState &first) {
    if (first.link) {
        change(MakeLink{.path = file.path, .to = *first.link}, _("The link is restored."));
    } else if (!first.sha256.empty()) {
        if (now.link)
            change(RemoveFile{file.path}, _("The link that the repair made is removed."));
        change(CopyFile{.path = file.path, .from = file.copy},
               _("The file is restored to what it was before the repair."));
    } else {
        change(RemoveFile{file.path}, _("There was no such file before the repair."));
    }
    becomes_[file.path] = first;
}

/// A file that was written through links is the one that they lead to.
Result<std::string> Planner::target_of(const JournalFile &file) const {
    constexpr int most_links = 40;
    if (file.first == "link" || file.link.empty() || H2K_TRY(guest_.link(file.path)) != file.link)
        return file.path;
    auto path = file.path;
    for (int i = 0; i < most_links; ++i) {
        const auto link = H2K_TRY(guest_.link(path));
        if (!link)
            return path;
        path = Owned<char>{g_canonicalize_filename(link->c_str(), folder_of(path).c_str())}.get();
    }
    return file.path;
}

/// The original state; nullopt: it cannot be restored.
Result<std::optional<FileState>> Planner::original_of(const JournalFile &file) const {
    FileState first;
    if (file.first == "link")
        first.link = file.link;
    else if (file.first == "kept")
        first.sha256 = H2K_TRY(guest_.link(file.copy)) ? "" : H2K_TRY(guest_.sha256(file.copy));
    else if (file.first == "extended")
        first.sha256 = file.first_sha256;
    else if (file.first != "absent")
        return std::nullopt;
    return first;
}

/// What was extended is its own original, of which the guest's file is to have the checksum.
Result<> Planner::cut_back(const JournalFile &file, const FileState &first) {
    const auto bytes = file.first_bytes.value_or(0);
    if (!becomes_.contains(file.path) && H2K_TRY(guest_.sums(file.path, bytes)).part != first.sha256) {
        leave("revert.original-gone",
              sentence(_("“%s” stays as it is: its original is gone."), printable(file.path).c_str()));
        return {};
    }
    change(CutFile{.path = file.path, .bytes = bytes, .sha256 = first.sha256},
           _("What the repair put behind the file is removed."));
    becomes_[file.path] = first;
    return {};
}

/// The copy is gone; the original follows from the present file and the diff.
Result<> Planner::restore_text(const JournalFile &file, const FileState &now) {
    const auto shown = printable(file.path);
    std::optional<std::string> text{""};
    if (now.link || becomes_.contains(file.path))
        text.reset();
    else if (!now.sha256.empty())
        text = H2K_TRY(guest_.read(file.path));
    if (text)
        text = undo_diff(*text, file.diff);
    if (!text || sha256_of(*text) != file.first_sha256) {
        leave("revert.original-gone", sentence(_("“%s” stays as it is: its original is gone."), shown.c_str()));
        return {};
    }
    if (now.sha256.empty())
        leave("revert.unknown-owner", sentence(_("“%s” is created again, owned by root and with mode 0644: its former "
                                                 "owner and mode are not recorded."),
                                               shown.c_str()));
    change(WriteFile{.path = file.path, .content = *std::move(text)},
           _("The file is restored to what it was before the repair."));
    becomes_[file.path] = {std::nullopt, file.first_sha256};
    return {};
}

Result<> Planner::restore(JournalFile file) {
    file.path = H2K_TRY(target_of(file));
    const auto shown = printable(file.path);
    if (file.first == "no-room")
        leave("revert.original-not-kept",
              sentence(
                  _("“%s” stays the image that was built for KVM: there was no space to keep its original. The guest's "
                    "own tool can rebuild it."),
                  shown.c_str()));
    if (file.first == "unknown")
        leave("revert.unknown-original",
              sentence(_("“%s” stays as it is: the report does not say what it was."), shown.c_str()));
    auto first = H2K_TRY(original_of(file));
    if (!first)
        return {};
    const auto now = H2K_TRY(state_of(file.path));
    const bool gone = (file.first == "kept" || file.first == "extended") && first->sha256.empty();
    if (gone)
        first->sha256 = file.first_sha256;
    if (gone && file.first_sha256.empty()) {
        leave("revert.original-gone", sentence(_("“%s” stays as it is: its original is gone."), shown.c_str()));
    } else if (now == *first) {
        if (file.path == autorelabel)
            leave(
                "revert.relabelled",
                sentence(
                    _("The guest has started since and relabelled all its files, as “%s” demanded; SELinux labels that "
                      "had been set by hand are not restored."),
                    shown.c_str()));
        if (file.path == old_tools_script && !becomes_.contains(file.path))
            leave(
                "revert.old-tools-gone",
                _("The guest has started since and removed the old hypervisor's tools itself. Its own package manager "
                  "can install them again."));
    } else if (now != FileState{file.left_link, file.left_sha256}) {
        leave("revert.file-changed",
              sentence(_("“%s” stays as it is: the guest has changed it since the repair."), shown.c_str()));
    } else if (gone) {
        return restore_text(file, now);
    } else if (file.first == "extended") {
        return cut_back(file, *first);
    } else {
        restore_original(file, now, *first);
    }
    return {};
}

bool Planner::is_empty(const std::string &folder) const {
    auto inside = guest_.list(folder + "/*");
    const auto all_hidden = guest_.list(folder + "/.*");
    if (!inside || !all_hidden)
        return false; // too many to be listed
    for (const auto &hidden : *all_hidden)
        if (const auto name = base_name(hidden); name != "." && name != "..")
            inside->push_back(hidden);
    for (const auto &path : *inside) {
        const auto it = becomes_.find(path);
        if (!gone_.contains(path) && (it == becomes_.end() || it->second != FileState{}))
            return false;
    }
    return true;
}

/// The deepest first.
Result<> Planner::remove_folders(std::vector<std::string> folders) {
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

void Planner::mark(const std::string &job) {
    std::vector<std::string> texts;
    for (const auto &notice : plan_.left)
        texts.push_back(notice.text);
    JsonWriter json;
    json.object([&] {
        json.member("version", 1);
        json.member("kind", "reverted");
        json.member("job", job);
        json.member("left", texts);
    });
    change(WriteFile{.path = job_folder(job) + "/reverted.json", .content = json.text(), .mode = 0600},
           _("The job is not reverted a second time."));
}

/// Labels stay on what is neither restored, with its old labels, nor removed.
void Planner::list_leftovers(const GuestJournal &journal) {
    for (const auto &[command, reason] : journal.commands)
        leave(
            "revert.command",
            sentence(_("What the command “%s” did beyond the files that were kept cannot be reverted. Why it ran: %s"),
                     printable(command).c_str(), printable(reason).c_str()));
    std::set<std::string> listed;
    for (const auto &file : journal.files)
        listed.insert(file.path);
    std::vector<std::string> stay;
    for (const auto &path : journal.labelled)
        if (is_straight(path) && !path.starts_with(guest_folder) && !becomes_.contains(path) && !gone_.contains(path) &&
            !listed.contains(path))
            stay.push_back(path);
    if (!stay.empty())
        plan_.left.note(
            "revert.label-kept",
            sentence(ngettext("%zu file keeps the SELinux label that the repair gave it: “%s”.",
                              "%zu files keep the SELinux labels that the repair gave them, one is “%s”.", stay.size()),
                     stay.size(), printable(stay.front()).c_str()));
}

Result<> Planner::revert(const GuestJournal &journal) {
    std::vector<std::string> folders;
    for (const auto &file : journal.files)
        if (file.first == "no-folder")
            folders.push_back(file.path);
        else
            H2K_CHECK(restore(file));
    H2K_CHECK(remove_folders(std::move(folders)));
    list_leftovers(journal);
    plan_.jobs.push_back(journal.job);
    mark(journal.job);
    return {};
}

Result<bool> was_reverted(const GuestView &guest, const std::string &job) {
    return guest.exists(job_folder(job) + "/reverted.json");
}

} // namespace

Result<RevertPlan> plan_revert_by(const GuestView &guest, const GuestJournal &journal) {
    RevertPlan plan;
    if (!H2K_TRY(was_reverted(guest, journal.job)))
        H2K_CHECK(Planner(guest, plan).revert(journal));
    return plan;
}

Result<RevertPlan> plan_revert(const GuestView &guest, const std::string &job) {
    if (!job.empty() && !is_job_name(job))
        return fail(H2K_ERROR_USAGE, _("“%s” is not a valid name for a job."), printable(job).c_str());
    RevertPlan plan;
    Planner planner{guest, plan};
    bool found = false;
    auto paths = H2K_TRY(guest.list(job_folder(job.empty() ? "*" : job) + "/journal.json"));
    // Their names begin with the time.
    for (const auto &path : paths | std::views::reverse | std::views::take(most_jobs)) {
        const auto folder = folder_of(path);
        const auto text = H2K_TRY(guest.read(path));
        const auto journal = text ? read_guest_journal(*text, base_name(folder)) : std::nullopt;
        if (!journal || !is_job_name(journal->job))
            continue;
        found = true;
        if (!H2K_TRY(was_reverted(guest, journal->job)))
            H2K_CHECK(planner.revert(*journal));
    }
    if (!found)
        return fail(H2K_ERROR_SOURCE, "%s",
                    _("The guest has no journal of a repair, so its state before the repair is not known."));
    return plan;
}

} // namespace h2k
