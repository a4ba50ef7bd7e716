// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/apply/apply.h"
#include "convert/base/files.h"
#include "convert/base/progress.h"
#include "convert/base/work_folder.h"
#include "convert/config/options.h"
#include "convert/model/journal/guest_journal.h"
#include "convert/model/plans.h"
#include "convert/pipeline/disk_copy.h"
#include "convert/pipeline/journal/journal.h"
#include "convert/pipeline/open_disks.h"
#include "convert/pipeline/report/record.h"
#include "convert/pipeline/toolbox.h"
#include <memory>
#include <optional>

namespace h2k {

/// One disk on its way from the source to the result.  Paths are absolute.
struct DiskWork {
    Disk source;                ///< as described; of a packed disk, after FETCH, as it was unpacked
    std::vector<Piece> files;   ///< of the source, as they lie on the host
    std::string unpacked;       ///< where a packed disk is unpacked to
    Disk overlay;               ///< what the guest is repaired on; until FLATTEN only its path is known
    std::string made;           ///< the result before it is published
    std::optional<Disk> target; ///< what it becomes; known once the repair is planned
    std::string sha256;         ///< of the result, where it was asked for

    /// An image that stands under its final name.
    struct Published {
        Disk disk;
        std::uint64_t stored = 0; ///< bytes that it takes on this host; 0: not known
    };
    std::optional<Published> published;
};

/// A file of the source as it was when the work began.
struct SourceFile {
    std::string path;
    HeldFile held;
    FileIdentity identity;
};

/// All that the stages of one job share.  What is not reached yet is empty.
struct Run {
    Run(Request what, Action to_do, Toolbox with);
    Run(const Run &) = delete;
    Run &operator=(const Run &) = delete;
    ~Run();

    // What is asked for, and the means
    const std::string job; ///< its id
    const Action action;
    const Request request; ///< paths of source files are absolute
    const Toolbox tools;
    Progress *progress = nullptr;
    GCancellable *cancel = nullptr;

    // What is kept while it runs
    const std::string started; ///< ISO 8601, UTC
    Journal journal;
    std::string folder;                  ///< the job's own, below the state folder; empty: it has none
    std::vector<StageReport> stages;     ///< that were begun; the last one is the current one
    std::vector<ReportedNotice> notices; ///< each id and text once

    // What the stages find out and do
    Host host;                      ///< where the domain is to run
    std::optional<CarryPlan> carry; ///< but for its disks, which are in @disks
    std::vector<DiskWork> disks;
    std::vector<SourceFile> source_files;
    std::vector<Checksum> checksums; ///< of what was read
    std::optional<Inspection> inspection;
    std::optional<RepairPlan> plan;  ///< but for the disks of its target, which are in @disks
    std::vector<FixerResult> fixers; ///< as they ended
    std::vector<Applied> applied;
    std::vector<JournalFile> changed_files; ///< as the journal in the guest has them
    bool first_boot = false;                ///< scripts wait in the guest for its first start, or will
    std::optional<BootEvidence> boot;

    /// An ISO image that stands under its final name.
    struct PublishedIso {
        bool seed = false;
        std::string path;
        std::uint64_t stored = 0, bytes = 0; ///< on this host, 0: not there; and altogether
        std::string sha256;                  ///< where it was asked for
    };
    std::vector<PublishedIso> isos;
    std::string domain_xml; ///< path of the published file; empty: none
    std::string domain;     ///< name of the defined domain; empty: none
    std::string connection; ///< URI of the libvirt that the result was published to
    bool published = false; ///< all that was asked for stands under its final name

    // What is open; each lives no longer than what stands before it
    Owned<virConnect> libvirt;
    std::unique_ptr<Target> target;
    std::unique_ptr<WorkFolder> work;
    std::optional<OpenDisks> open; ///< the overlays, with the guest that is on them

    /// The guest that is open.
    [[nodiscard]] Guest &guest() const { return *open->guest; }

    /// Works in @opened from now on, and gives each disk its paths there.
    void use_work_folder(std::unique_ptr<WorkFolder> opened);

    /// The found machine with its disks as they are known now.
    [[nodiscard]] Machine source_machine() const;
    /// The machine that the guest becomes, with its disks.
    [[nodiscard]] Machine target_machine() const;
    [[nodiscard]] CarryPlan carry_plan() const;

    [[nodiscard]] Stage stage() const { return stages.empty() ? Stage::describe : stages.back().stage; }
    /// Adds what is new to the notices, and passes it on to @progress.
    void say(const Notice &notice);
    void say(const Notices &more);
    void warn(std::string id, std::string text) { say({std::move(id), std::move(text), Severity::warning}); }
    void note(std::string id, std::string text) { say({std::move(id), std::move(text), Severity::note}); }
    void show_progress(double fraction, const std::string &message = {}) const;
    /// Writes to the journal, and shows, how far the plan's changes are carried out.
    void note_change(std::size_t index, const Change &change, ChangeState state);
    /// Does @what and notes how long it took as @step of the current stage.
    template <typename F> auto timed(const char *step, F &&what) {
        const gint64 from = g_get_monotonic_time();
        auto result = what();
        stages.back().steps.emplace_back(step, seconds_since(from));
        return result;
    }
    /// @from: of g_get_monotonic_time().
    [[nodiscard]] static double seconds_since(gint64 from);
};

} // namespace h2k
