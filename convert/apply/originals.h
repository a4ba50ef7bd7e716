// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/apply/applied.h"
#include "convert/model/guest.h"
#include "convert/model/guest_paths.h"
#include "convert/model/journal/guest_journal.h"
#include <map>
#include <set>

namespace h2k {

enum class Need { always, where_space };
/// Does the link at a path change, or the file that it leads to?
enum class Follow { yes, no };

/// The originals of what a job changes in a guest, under /var/lib/virt-hyper2kvm/JOB/files/, and the journal
/// beside them that says what was where.  A job that is run again finds what it kept, and does not replace it.
/// A file that is extended has its original in itself: its length is noted, and a copy is made only before something
/// else is done to it.
class Originals {
  public:
    [[nodiscard]] static Result<Originals> open(const GuestView &guest, const std::string &job);
    /// Keeps @path as it is now, once a job.  The guest path of the copy; empty where there is nothing to copy.
    [[nodiscard]] Result<std::string> keep(Guest &guest, const std::string &path, Need need, Follow follow);
    /// Notes how long the file at @path is, once a job, before it is extended.
    [[nodiscard]] Result<> note_length(Guest &guest, const std::string &path);
    /// A program of the guest may do anything, so each file that was extended is copied, where there is space.
    [[nodiscard]] Result<> keep_before_command(Guest &guest);
    /// Notes whether there is a folder @path; one that is missing counts as made by the job, and so do those missing
    /// above it.
    [[nodiscard]] Result<> note_folder(const GuestView &guest, const std::string &path);
    /// journal.json, mode 0600 in a folder of mode 0700; docs/json.md describes it.
    [[nodiscard]] Result<> write_journal(Guest &guest, const std::vector<Change> &changes,
                                         const std::vector<Applied> &done, const std::string &error) const;

  private:
    struct Original {
        std::string state;       ///< "kept", "absent", "link", "extended", "no-room" or "no-folder"
        std::string copy{};      ///< guest path of the copy
        std::string link{};      ///< what the link there said; only with "link" does the link itself change
        std::uint64_t bytes = 0; ///< of "extended": its length
        std::string sha256{};    ///< of "extended", once something may have changed it
    };
    explicit Originals(std::string job) : job_(std::move(job)) {}
    [[nodiscard]] std::string folder() const { return job_folder(job_); }
    [[nodiscard]] static Result<JournalFile> entry_of(const Guest &guest, const std::string &path,
                                                      const Original &original);
    [[nodiscard]] Result<> copy_extended(Guest &guest, const std::string &path, Original &original) const;
    [[nodiscard]] Result<Original> keep_new(Guest &guest, const std::string &path, Need need, Follow follow) const;

    std::string job_;
    std::map<std::string, Original> files_;
    std::set<std::string> folders_; ///< that were there
};

} // namespace h2k
