// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"

namespace h2k {

/// What the journal in the guest says of one path: docs/json.md, "Journal in the guest".
struct JournalFile {
    std::string path, first, copy, link;
    std::optional<std::string> left_link;
    std::string left_sha256;
};

struct GuestJournal {
    std::string job;
    std::vector<JournalFile> files;
    std::vector<std::string> commands; ///< that were run, as a person would write them
};

inline constexpr const char *journals_folder = "/var/lib/virt-hyper2kvm";

/// Absolute, and without parts that lead elsewhere.
[[nodiscard]] bool is_straight(const std::string &path);
/// Can it be the name of a job, and so of a folder?
[[nodiscard]] bool is_job_name(const std::string &job);

/// A journal is the guest's, so it is read as a stranger's: of the 20000 files that it may name, those count whose
/// paths are straight and whose copies lie where this job keeps that file's.  Nullopt: it is no journal of @job.
[[nodiscard]] std::optional<GuestJournal> read_guest_journal(const std::string &text, const std::string &job);

} // namespace h2k
