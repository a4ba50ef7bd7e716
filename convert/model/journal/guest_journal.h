// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/fields/change.h"
#include "convert/model/guest.h"

namespace h2k {

/// What a journal says of one path: docs/json.md, "Journal in the guest" and `files` of a report.
struct JournalFile {
    std::string path, first, copy, link;
    std::optional<std::string> left_link;
    std::string left_sha256;
    std::string first_sha256{};                 ///< of the original: of one that was extended, and in a report
    std::string diff{};                         ///< of a report alone: what the repair made of the original
    std::optional<std::uint64_t> first_bytes{}; ///< length of one that was extended
};

struct JournalCommand {
    std::string command; ///< as it is typed in a shell
    std::string reason;  ///< a sentence
};

struct GuestJournal {
    std::string job;
    std::vector<JournalFile> files;
    std::vector<JournalCommand> commands; ///< that were run
    std::vector<std::string> labelled;    ///< paths that got an SELinux label
    std::vector<std::string> images;      ///< of a report: what the import made, as host paths
};

/// Absolute, and without parts that lead elsewhere.
[[nodiscard]] bool is_straight(const std::string &path);
/// Can it be the name of a job, and so of a folder?
[[nodiscard]] bool is_job_name(const std::string &job);

/// A journal comes from the guest, so it is not trusted: of the 20000 files that it may name, those count whose
/// paths are straight and whose copies lie where this job keeps that file's.  Nullopt: not a journal of @job.
[[nodiscard]] std::optional<GuestJournal> read_guest_journal(const std::string &text, const std::string &job);
/// The same of an import's report.json, which somebody may have put beside an image.  Of a report that does not say
/// what was there first, each changed file has the original "unknown".
[[nodiscard]] std::optional<GuestJournal> read_report_journal(const std::string &text);

/// A change in a journal or a report, and what became of it.
struct JournalChange {
    ChangeEntry change;
    std::string outcome;           ///< "done", "failed", "not-done" or "planned"; empty: not known
    std::vector<std::string> kept; ///< guest paths of originals
    std::string error;             ///< a sentence; of a change that may fail and did
};

/// A guest's journal as it is written.
struct JournalDocument {
    std::string job, error;
    std::vector<JournalFile> files;
    std::vector<JournalChange> changes;
};

template <class A, Is<JournalFile> T> void fields(A &a, T &file) {
    a.required("path", file.path);
    a.required("first", file.first);
    a.optional("copy", file.copy);
    a.optional("link", file.link);
    a.optional("left_link", file.left_link);
    a.optional("left_sha256", file.left_sha256);
    a.optional("first_bytes", file.first_bytes);
    a.optional("first_sha256", file.first_sha256);
    a.optional("diff", file.diff);
}

template <class A, Is<JournalChange> T> void fields(A &a, T &done) {
    a.merged(done.change);
    a.optional("outcome", done.outcome);
    a.required("kept", done.kept);
    a.optional("error", done.error);
}

template <class A, Is<JournalDocument> T> void fields(A &a, T &journal) {
    a.constant("version", 1);
    a.constant("kind", "journal");
    a.required("job", journal.job);
    a.optional("error", journal.error);
    a.required("files", journal.files);
    a.required("changes", journal.changes);
}

} // namespace h2k
