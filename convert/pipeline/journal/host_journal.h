// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/journal/guest_journal.h"
#include "convert/model/plans.h"

namespace h2k {

/// What a repair did, as the host was told.
struct HostJournal {
    std::string path; ///< of the report
    GuestJournal journal;
};

/// The report of the import that made @images: report.json beside the first of them, else the newest of the state
/// folder's jobs that says so.  It counts if it is a file of ours or of root's that nobody else can write, has at most
/// 16 MiB, and names all of @images: by their own names beside them, by their paths elsewhere.  @job: of this one
/// alone.
[[nodiscard]] std::optional<HostJournal> find_host_journal(const std::vector<std::string> &images,
                                                           const std::string &job);

/// What the journal in @guest says of each file, and of the text files that no plan hides, how to get from what the
/// repair left to the first version.
[[nodiscard]] std::vector<JournalFile> files_for_report(const GuestView &guest, const std::string &job,
                                                        const RepairPlan &plan, GCancellable *cancel);

} // namespace h2k
