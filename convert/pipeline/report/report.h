// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/apply/apply.h"
#include "convert/check/boot/boot_test.h"
#include "convert/config/options.h"
#include "convert/model/journal/guest_journal.h"
#include "convert/model/json.h"
#include "convert/model/plans.h"
#include "convert/pipeline/disk_copy.h"
#include "convert/pipeline/report/record.h"
#include <optional>

namespace h2k {

struct Artifact {
    std::string
        type; ///< "converted_image", "cdrom_iso", "seed_iso", "domain_xml", "journal", "serial_log" or "screenshot"
    std::string path;
    std::string format;      ///< of an image
    std::uint64_t bytes = 0; ///< on disk, of an image
    std::uint64_t virtual_size = 0;
    std::string sha256{}; ///< of an image, where it was asked for
};

/// All that is known of a job once it has ended; written as report.json, also after a failure.
struct Report {
    std::string job;
    Action action = Action::import;
    std::vector<std::string> sources;
    std::string started; ///< ISO 8601, UTC
    bool success = false;
    double seconds = 0;
    std::vector<StageReport> stages;
    std::vector<Artifact> artifacts;
    std::vector<ReportedNotice> notices;
    std::vector<ReportedError> errors;
    std::vector<Checksum> checksums; ///< of what was read
    std::optional<CarryPlan> carry;
    std::optional<RepairPlan> plan;
    std::vector<FixerResult> fixers; ///< as they ended
    std::vector<Applied> applied;
    std::vector<JournalFile> files; ///< that an import changed, as its journal in the guest has them
    std::optional<BootEvidence> boot;
    std::string domain;     ///< name of the defined domain; empty where none was
    std::string connection; ///< URI that it was defined in
    std::string path;       ///< of the report itself, where it was written
};

[[nodiscard]] std::string report_json(const Report &report, bool one_line = false);
/// A few lines for a person: what was changed, by concern, what was made, and what proves the boot.  @verbose: with
/// each file that was changed.
[[nodiscard]] std::string report_text(const Report &report, bool verbose);

} // namespace h2k
