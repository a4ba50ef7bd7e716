// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/originals.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/model/fields/writer.h"
#include "convert/model/journal/guest_journal.h"

namespace h2k {

namespace {

std::unexpected<Error> too_full(const std::string &path) {
    return fail(H2K_ERROR_FAILED, _("The guest's disk is too full to keep the original of “%s”."), path.c_str());
}

} // namespace

Result<Originals> Originals::open(const GuestView &guest, const std::string &job) {
    Originals originals{job};
    const auto text = H2K_TRY(guest.read(originals.folder() + "/journal.json"));
    // What an earlier run of the job kept; a journal that cannot be read counts as none.
    if (const auto journal = text ? read_guest_journal(*text, job) : std::nullopt)
        for (const auto &file : journal->files)
            originals.files_[file.path] = {file.first, file.copy, file.link, file.first_bytes.value_or(0),
                                           file.first == "extended" ? file.first_sha256 : ""};
    return originals;
}

Result<Originals::Original> Originals::keep_new(Guest &guest, const std::string &path, Need need, Follow follow) const {
    const auto link = H2K_TRY(guest.link(path));
    if (link && follow == Follow::no)
        return Original{.state = "link", .link = *link};
    const auto copy = folder() + "/files" + path;
    switch (H2K_TRY(guest.keep(path, copy))) {
    case Kept::yes: return Original{.state = "kept", .copy = copy, .link = link.value_or("")};
    case Kept::absent: return Original{.state = "absent", .link = link.value_or("")};
    case Kept::no_space: break;
    }
    if (need == Need::where_space)
        return Original{.state = "no-room", .link = link.value_or("")};
    return too_full(path);
}

/// As it was before it was extended, where there is space.
Result<> Originals::copy_extended(Guest &guest, const std::string &path, Original &original) const {
    const auto now = H2K_TRY(guest.sums(path, original.bytes)).part;
    if (original.sha256.empty())
        original.sha256 = now;
    const auto copy = folder() + "/files" + path;
    if (now.empty() || now != original.sha256 || H2K_TRY(guest.keep(path, copy)) != Kept::yes)
        return {};
    H2K_CHECK(guest.apply({.fixer = "apply",
                           .reason = _("The original of a file that was extended."),
                           .action = CutFile{.path = copy, .bytes = original.bytes, .sha256 = now}}));
    original = {.state = "kept", .copy = copy, .link = original.link};
    return {};
}

Result<> Originals::note_length(Guest &guest, const std::string &path) {
    if (files_.contains(path))
        return {};
    const auto space = is_straight(path) ? H2K_TRY(guest.space(path)) : std::nullopt;
    if (!space || space->file == 0) {
        H2K_CHECK(keep(guest, path, Need::where_space, Follow::yes));
        return {};
    }
    H2K_CHECK(note_folder(guest, folder_of(path)));
    files_.emplace(path,
                   Original{.state = "extended", .link = H2K_TRY(guest.link(path)).value_or(""), .bytes = space->file});
    return {};
}

Result<> Originals::keep_before_command(Guest &guest) {
    for (auto &[path, original] : files_)
        if (original.state == "extended")
            H2K_CHECK(copy_extended(guest, path, original));
    return {};
}

Result<std::string> Originals::keep(Guest &guest, const std::string &path, Need need, Follow follow) {
    if (!is_straight(path))
        return fail(H2K_ERROR_FAILED, _("“%s” is not a path in the guest that can be changed."), path.c_str());
    H2K_CHECK(note_folder(guest, folder_of(path)));
    auto it = files_.find(path);
    if (it == files_.end())
        it = files_.emplace(path, H2K_TRY(keep_new(guest, path, need, follow))).first;
    if (it->second.state == "extended") {
        H2K_CHECK(copy_extended(guest, path, it->second));
        if (it->second.state == "extended" && need == Need::always)
            return too_full(path);
        if (it->second.state == "extended")
            it->second = {.state = "no-room", .link = it->second.link};
    }
    return it->second.copy;
}

Result<> Originals::note_folder(const GuestView &guest, const std::string &path) {
    if (path == "/" || folders_.contains(path) || files_.contains(path))
        return {};
    if (!is_straight(path))
        return fail(H2K_ERROR_FAILED, _("“%s” is not a path in the guest that can be changed."), path.c_str());
    if (H2K_TRY(guest.exists(path))) {
        folders_.insert(path);
        return {};
    }
    files_.emplace(path, Original{.state = "no-folder"});
    return note_folder(guest, folder_of(path));
}

/// With what a job leaves at @path, so that a later change by the guest is noticed.
Result<JournalFile> Originals::entry_of(const Guest &guest, const std::string &path, const Original &original) {
    JournalFile file{.path = path, .first = original.state, .copy = original.copy, .link = original.link};
    if (original.state == "no-folder")
        return file;
    const auto link = H2K_TRY(guest.link(path));
    if (link && (original.state == "link" || original.link != *link)) {
        file.left_link = *link;
        return file;
    }
    if (original.state != "extended") {
        file.left_sha256 = H2K_TRY(guest.sha256(path));
        return file;
    }
    auto sums = H2K_TRY(guest.sums(path, original.bytes));
    file.left_sha256 = std::move(sums.whole);
    if (original.sha256.empty() || original.sha256 == sums.part) {
        file.first_bytes = original.bytes;
        file.first_sha256 = std::move(sums.part);
    } else {
        file.first = "no-room"; // and a program of the guest has replaced it since
    }
    return file;
}

Result<> Originals::write_journal(Guest &guest, const std::vector<Change> &changes, const std::vector<Applied> &done,
                                  const std::string &error) const {
    JournalDocument journal{.job = job_, .error = error, .files = {}, .changes = {}};
    for (const auto &[path, original] : files_)
        journal.files.push_back(H2K_TRY(entry_of(guest, path, original)));
    for (std::size_t i = 0; i < changes.size(); ++i) {
        auto &entry = journal.changes.emplace_back(h2k::entry_of(changes[i]));
        const bool was_done = i < done.size() && done[i].error.empty();
        entry.outcome = was_done ? "done" : i <= done.size() ? "failed" : "not-done";
        if (i < done.size()) {
            entry.kept = done[i].kept;
            entry.error = done[i].error;
        }
    }
    return guest.apply(
        {.fixer = "apply",
         .reason = _("The journal of this job."),
         .action = WriteFile{.path = folder() + "/journal.json", .content = document_of(journal), .mode = 0600}});
}

} // namespace h2k
