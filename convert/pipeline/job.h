// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/files.h"
#include "convert/base/work_folder.h"
#include "convert/pipeline/disk_copy.h"
#include "convert/pipeline/journal/journal.h"
#include "convert/pipeline/report/report.h"
#include "convert/pipeline/toolbox.h"
#include <map>

namespace h2k {

/// One job: a request carried through the stages that its action needs.  Runs once, on one thread.
class Job {
  public:
    Job(Request wish, Action action, Toolbox tools);
    Job(const Job &) = delete;
    Job &operator=(const Job &) = delete;
    ~Job();

    /// Runs all stages.  Whatever comes of it, report() tells it, and an import's report.json is written.
    [[nodiscard]] Result<> run(Progress &progress, GCancellable *cancel);
    [[nodiscard]] const Report &report() const noexcept { return report_; }

  private:
    using Step = Result<> (Job::*)();
    [[nodiscard]] Result<> run_stages();
    [[nodiscard]] Result<> run_stage(Stage stage, Step step);
    [[nodiscard]] bool has_stage(Stage stage) const;

    // job_read.cpp: up to the plan; the source is only read
    [[nodiscard]] Result<> describe_source();
    [[nodiscard]] Result<> fetch();
    [[nodiscard]] Result<> note_source(const std::vector<std::string> &files);
    [[nodiscard]] Result<> unpack_disks();
    [[nodiscard]] Result<> flatten();
    [[nodiscard]] Result<> require_same_source() const;
    [[nodiscard]] Result<> inspect_guest();
    [[nodiscard]] Result<> plan_repair();
    [[nodiscard]] Result<bool> has_first_boot() const;
    // job_write.cpp: from the plan to the published result
    [[nodiscard]] Result<> connect();
    [[nodiscard]] Result<> check_target();
    [[nodiscard]] Result<> validate();
    [[nodiscard]] Result<> publish_all();
    [[nodiscard]] Result<> publish_disks();
    [[nodiscard]] Result<> publish_domain(const std::string &xml);
    void withdraw_all();
    [[nodiscard]] DomainSpec domain_spec() const;
    [[nodiscard]] Result<std::string> draft_domain() const;
    // job_fix.cpp
    [[nodiscard]] Result<> fix();
    [[nodiscard]] Result<> fix_guest();
    void note_failures(const std::vector<Applied> &applied);
    [[nodiscard]] Result<> close_guest();
    // job_revert.cpp: the way back, in the image itself
    [[nodiscard]] Result<> check_image_to_revert() const;
    [[nodiscard]] Result<> work_beside_images();
    [[nodiscard]] Result<> plan_way_back();
    [[nodiscard]] Result<> take_back();
    [[nodiscard]] Result<> commit();
    [[nodiscard]] Result<> put_overlays_beside();
    // job_copy.cpp
    [[nodiscard]] Result<> convert();
    [[nodiscard]] std::vector<DiskCopy> copies() const;
    // job_seed.cpp: the ISO image with a seed
    [[nodiscard]] Result<> make_seed_iso() const;
    [[nodiscard]] Result<> publish_seed_iso();
    [[nodiscard]] bool wants_seed_iso() const { return wish_.repair.cloud_init && wish_.repair.cloud_init->as_iso; }
    // job_boot.cpp
    [[nodiscard]] Result<std::vector<Disk>> bootable_source();
    [[nodiscard]] Result<> test_boot(const std::vector<Disk> &images);
    [[nodiscard]] Result<> put_probe(const std::vector<Disk> &disks, const std::vector<Change> &changes);

    void warn(Stage stage, const std::string &message);
    void timed(Stage stage, const char *step, double seconds);
    void finish(const Result<> &outcome);
    void write_report();
    [[nodiscard]] bool imports() const { return report_.action == Action::import && !wish_.dry_run; }
    [[nodiscard]] bool reverts() const { return report_.action == Action::revert && !wish_.dry_run; }
    [[nodiscard]] std::string overlay(std::size_t disk) const;
    [[nodiscard]] std::string made(std::size_t disk) const {
        return work_->file("disk" + std::to_string(disk) + ".made");
    }

    [[nodiscard]] std::string made_seed_iso() const { return work_->file("cidata.iso"); }

    /// Where a packed disk is unpacked to.
    [[nodiscard]] std::string unpacked(std::size_t disk) const {
        return work_->file("disk" + std::to_string(disk) + ".unpacked");
    }

    Request wish_;
    Toolbox tools_;
    Report report_;
    Journal journal_;
    Progress *progress_ = nullptr;
    GCancellable *cancel_ = nullptr;
    std::vector<std::pair<std::string, FileIdentity>> source_files_; ///< as they were when the work began
    std::vector<std::vector<std::string>> sources_of_;               ///< of each disk: its files among these
    std::vector<std::string> result_sha256_; ///< of each disk that was made; "" where nobody asked
    std::string folder_;                     ///< the job's own, below the state folder
    Owned<virConnect> connection_;
    std::unique_ptr<Target> target_;
    std::unique_ptr<WorkFolder> work_;
    std::map<std::string, std::unique_ptr<WorkFolder>> beside_; ///< revert: in the folders of further images
    std::unique_ptr<Appliance> appliance_;
    std::unique_ptr<Guest> guest_; ///< lives no longer than the appliance
    std::string xml_path_;         ///< of a published domain XML
    bool first_boot_ = false;      ///< scripts wait in the guest for its first start, or will
    bool published_ = false;       ///< all that was asked for stands under its final name
};

/// Runs @what, tells @timed how long it took.
template <typename F, typename T> auto measured(F &&what, T &&timed) {
    const gint64 from = g_get_monotonic_time();
    auto result = what();
    timed(static_cast<double>(g_get_monotonic_time() - from) / G_USEC_PER_SEC);
    return result;
}

} // namespace h2k
