// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/journal/guest_journal.h"
#include "convert/model/plans.h"

namespace h2k {

/// What a repair did, as a report on the host says.
struct HostJournal {
    std::string path; ///< of the report
    GuestJournal journal;
};

/// The report of the import that made @images: report.json beside the first of them, else the newest such report in the
/// state folder.  It has to belong to this user or to root, be writable by nobody else, have at most 16 MiB and name
/// all of @images: by file name beside them, by path elsewhere.  @job: only a report of this job; empty: of any.
[[nodiscard]] std::optional<HostJournal> find_host_journal(const std::vector<std::string> &images,
                                                           const std::string &job);

/// What the journal in @guest says of each file, and for text files without secrets the diff that leads from what the
/// repair left to the original.
[[nodiscard]] std::vector<JournalFile> files_for_report(const GuestView &guest, const std::string &job,
                                                        const RepairPlan &plan, GCancellable *cancel);

} // namespace h2k
