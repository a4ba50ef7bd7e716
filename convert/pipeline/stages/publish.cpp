// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/domain.h"
#include "convert/pipeline/stages/stages.h"
#include <unistd.h>

namespace h2k {

namespace {

/// Gives the planned machine the paths that its disks will have.
void name_disks(Run &run) {
    const auto machine = run.target_machine();
    for (std::size_t i = 0; i < run.disks.size(); ++i)
        run.disks[i].target->top.path = run.target->disk_path(machine, i);
    for (auto &iso : run.plan->target.isos)
        iso.file.path = run.target->iso_path(machine, iso);
}

Result<> publish_disks(Run &run) {
    const auto machine = run.target_machine();
    for (std::size_t i = 0; i < run.disks.size(); ++i) {
        auto &disk = run.disks[i];
        const auto &path = disk.target->top.path;
        H2K_CHECK(run.target->publish(machine, i, disk.made, run.cancel));
        run.journal.published(path);
        disk.published = {.disk = *disk.target, .stored = allocated_bytes(path)};
    }
    return {};
}

Result<> publish_domain(Run &run, const std::string &xml) {
    if (const auto path = domain_xml_path(run); !path.empty()) {
        H2K_CHECK(write_file(run.work->file("domain.xml"), xml));
        H2K_CHECK(publish(run.work->file("domain.xml"), path));
        run.domain_xml = path;
    }
    if (!defines_domain(run.request))
        return {};
    H2K_CHECK(define_domain(run.libvirt.get(), xml));
    run.domain = run.plan->target.name;
    return {};
}

} // namespace

Result<> publish_results(Run &run) {
    H2K_CHECK(check_cancelled(run.cancel));
    name_disks(run);
    const auto xml = H2K_TRY(domain_xml(domain_spec(run)));
    H2K_CHECK(publish_disks(run));
    H2K_CHECK(publish_isos(run));
    H2K_CHECK(publish_domain(run, xml));
    run.connection = run.host.uri;
    run.published = true;
    return {};
}

void withdraw_results(Run &run) {
    if (run.published || !run.target)
        return;
    run.target->withdraw();
    for (auto &disk : run.disks)
        disk.published.reset();
    run.isos.clear();
    if (!run.domain_xml.empty())
        unlink(run.domain_xml.c_str());
    run.domain_xml.clear();
}

} // namespace h2k
