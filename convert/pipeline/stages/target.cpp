// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/run.h"
#include "convert/pipeline/space.h"
#include "convert/pipeline/stages/domain.h"
#include "convert/pipeline/stages/stages.h"
#include "domain/live/host.h"

namespace h2k {

namespace {

Result<> connect(Run &run) {
    auto opened = open_connection(run.request.connect);
    if (!opened && run.request.pool.empty())
        return fail(H2K_ERROR_TARGET, _("%s; with --no-define, no domain is defined and libvirt is not needed."),
                    opened.error().message());
    run.libvirt = H2K_TRY(std::move(opened));
    return {};
}

Result<> check_domain(Run &run) {
    auto &source = run.carry->source;
    if (H2K_TRY(domain_exists(run.libvirt.get(), source.name)))
        return fail(H2K_ERROR_TARGET, _("A domain “%s” exists already; choose another name with --name."),
                    source.name.c_str());
    if (!source.uuid.empty() && H2K_TRY(uuid_is_taken(run.libvirt.get(), source.uuid))) {
        run.note("target.uuid-in-use",
                 _("A domain with the UUID of the source exists already, so the new domain gets another UUID."));
        source.uuid.clear();
    }
    return {};
}

/// What the domain can have.
Result<> ask_host(Run &run) {
    if (run.libvirt)
        run.host = H2K_TRY(read_host(run.libvirt.get()));
    else
        run.host = {.kvm = true,
                    .user_network =
                        run.request.connect.ends_with("/session") || run.request.connect.starts_with("qemu:///embed")};
    // libvirt only knows whether there is a /dev/kvm.
    run.host.kvm = run.host.kvm && (!run.host.local || run.tools.kvm_works());
    return {};
}

void warn_of_inactive_networks(Run &run) {
    for (const auto &network : networks_to_start(run.host, run.plan->target))
        run.warn("target.network-not-active",
                 sentence(_("The network “%s” is not active, and the domain cannot start without it; start it with "
                            "“virsh net-start %s”."),
                          printable(network).c_str(), printable(network).c_str()));
}

} // namespace

Result<> choose_target(Run &run) {
    const auto &request = run.request;
    if (defines_domain(request) || !request.pool.empty())
        H2K_CHECK(connect(run));
    H2K_CHECK(ask_host(run));
    if (defines_domain(request))
        H2K_CHECK(check_domain(run));
    run.target = H2K_TRY(request.pool.empty() ? folder_target(request.output_dir)
                                              : pool_target(run.libvirt.get(), request.pool));
    return {};
}

Result<> require_free_target(Run &run) {
    const auto &request = run.request;
    auto machine = run.source_machine();
    for (auto &disk : machine.disks)
        disk.top.format = request.format;
    if (has_seed_iso(request))
        machine.isos.push_back({.seed = true});
    H2K_CHECK(run.target->check(machine));
    if (const auto xml = domain_xml_path(run); !xml.empty() && path_exists(xml))
        return fail(H2K_ERROR_TARGET, _("“%s” exists already."), xml.c_str());
    return require_space(run.target->work_parent(), machine, request);
}

Result<> require_capable_host(Run &run) {
    if (!run.host.kvm)
        run.warn("target.no-kvm", _("KVM does not work at the target, so the domain is defined for emulation (type "
                                    "qemu), which is slow."));
    if (!defines_domain(run.request))
        return {};
    const auto machine = run.target_machine();
    H2K_CHECK(require_host(run.host, machine));
    warn_of_inactive_networks(run);
    if (machine.disks.empty())
        return {};
    return require_searchable(run.host, folder_of(run.target->disk_path(machine, 0)));
}

Result<> make_work_folder_at_target(Run &run) {
    run.use_work_folder(H2K_TRY(WorkFolder::create(run.target->work_parent())));
    return {};
}

} // namespace h2k
