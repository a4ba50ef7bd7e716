// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/stages/default_files.h"
#include "convert/pipeline/stages/domain.h"
#include "convert/pipeline/stages/lanes.h"
#include "convert/pipeline/stages/stages.h"
#include <algorithm>

namespace h2k {

namespace {

/// Writes the probe into the throw-away overlays; only the root file system is needed for that, and those with the
/// kernel if it is to be read.
Result<PreparedCopy> prepare_copy(Run &run, const std::vector<Disk> &overlays, const std::vector<Disk> &below,
                                  const std::vector<Change> &changes) {
    PreparedCopy copy;
    std::optional<DefaultFiles> files;
    const auto choose = [&](const StorageView &storage) -> Result<std::vector<Mount>> {
        copy = {};
        files.reset();
        if (run.request.boot_test == BootTest::quick)
            files = H2K_TRY(find_default_files(storage, *run.inspection, copy.doubt));
        auto mounts = run.inspection->mounts;
        std::erase_if(mounts,
                      [&](const Mount &mount) { return mount.path != "/" && !(files && needs(*files, mount)); });
        return mounts;
    };
    const auto put = [&](Guest &guest) -> Result<> {
        if (files)
            H2K_CHECK(read_default_files(guest, *files, copy));
        for (const auto &change : changes)
            H2K_CHECK(guest.apply(change));
        return {};
    };
    H2K_CHECK(work_in_lanes(run, overlays, below, choose, put));
    return copy;
}

std::string boot_folder(const Run &run) { return run.work->file("boot"); }

BootTestOrder order_of(Run &run, const std::vector<Disk> &disks) {
    BootTestOrder order;
    order.domain = domain_spec(run);
    order.domain.machine.disks = disks;
    order.domain.machine.isos.clear(); // a seed is for the real first start, and none is published yet
    order.domain.machine.tpm = false;  // not part of the proof, and needs a program that may not be there
    order.mode = run.request.boot_test;
    order.init = run.inspection->linux_facts().init;
    order.first_boot = run.first_boot;
    order.timeout = run.request.boot_timeout;
    order.use_kvm = run.tools.kvm_works();
    order.network = run.request.boot_network;
    order.keys = run.request.keys;
    order.work = boot_folder(run);
    order.evidence = run.folder.empty() ? run.work->path() : run.folder;
    order.prepare = [&run, disks](const std::vector<Disk> &overlays, const std::vector<Change> &changes) {
        return run.timed("probe", [&] { return prepare_copy(run, overlays, disks, changes); });
    };
    return order;
}

/// Adds the notices of a boot test to those of the run.
class BootProgress final : public Progress {
  public:
    explicit BootProgress(Run &run) : run_(run) {}
    void step(const std::string &stage, double fraction, const std::string &message) override {
        run_.progress->step(stage, fraction, message);
    }
    void notice(const std::string &, const Notice &notice) override { run_.say(notice); }

  private:
    Run &run_;
};

Result<BootEvidence> boot(Run &run, const std::vector<Disk> &disks) {
    const auto order = order_of(run, disks);
    BootProgress progress{run};
    return run.timed("boot_test", [&] { return run.tools.boot_test(order, progress, run.cancel); });
}

void note_evidence(Run &run, BootEvidence evidence) {
    for (const auto &unit : evidence.failed_units)
        run.warn("boot.unit-failed", sentence(_("The unit %s failed in the guest."), unit.c_str()));
    run.stages.back().steps.insert(run.stages.back().steps.end(), evidence.steps.begin(), evidence.steps.end());
    run.boot = std::move(evidence);
}

} // namespace

Result<> boot_results(Run &run) {
    std::vector<Disk> disks;
    for (const auto &work : run.disks) {
        auto &disk = disks.emplace_back(*work.target);
        disk.top.path = work.made;
        disk.files = {work.made};
    }
    H2K_CHECK(make_folder(boot_folder(run), 0700));
    auto evidence = boot(run, disks);
    if (!evidence && evidence.error().is(H2K_ERROR_CANCELLED))
        return std::unexpected(std::move(evidence).error());
    if (evidence)
        note_evidence(run, *std::move(evidence));
    else
        note_evidence(run, {.method = run.request.boot_test == BootTest::observe ? "observe" : "probe",
                            .why = evidence.error().message()});
    return {};
}

Result<> boot_source(Run &run) {
    std::vector<Disk> disks;
    for (const auto &disk : run.disks) {
        disks.push_back(disk.source);
        if (disk.target)
            disks.back().bus = disk.target->bus; // as the domain of a result would have it
    }
    H2K_CHECK(make_folder(boot_folder(run), 0700));
    note_evidence(run, H2K_TRY(boot(run, disks)));
    if (run.boot->came_up())
        return {};
    return fail(H2K_ERROR_NOT_PROVEN, _("The guest was not proven to boot: %s"), run.boot->why.c_str());
}

Result<> require_proof(Run &run) {
    if (run.boot->came_up()) // a direct start is what was asked for, and the report says that it is no proof
        return {};
    return fail(H2K_ERROR_NOT_PROVEN, _("The guest was converted, but was not proven to boot: %s"),
                run.boot->why.c_str());
}

} // namespace h2k
