// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/journal/guest_journal.h"

namespace h2k {

/// How a guest is restored to what it was before its repairs.
struct RevertPlan {
    std::vector<std::string> jobs; ///< that are reverted, newest first
    std::vector<Change> changes;
    Notices left; ///< what stays as it is, and why
};

/// Reads the journals that repairs left in @guest; @job: of this one alone, "" of all.  A file is restored as long as
/// it is still what the repair left; one that the guest has changed since stays, and commands cannot be undone.  A job
/// that was reverted already is skipped.  A file that was only extended is cut to
/// its former length.  No journal at all is H2K_ERROR_SOURCE.
[[nodiscard]] Result<RevertPlan> plan_revert(const GuestView &guest, const std::string &job);

/// The same by @journal alone, where @guest has none: a report.  What was kept in the guest and still exists is
/// restored, what was extended is cut, and of the rest those text files are restored whose originals follow from the
/// report, each verified by its checksum.
[[nodiscard]] Result<RevertPlan> plan_revert_by(const GuestView &guest, const GuestJournal &journal);

} // namespace h2k
