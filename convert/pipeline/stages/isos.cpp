// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/stages/isos.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/image/small_iso.h"
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"
#include "convert/source/source.h"

namespace h2k {

namespace {

/// Where an ISO image is made or unpacked.
std::string made_iso(const Run &run, const IsoImage &iso) {
    return run.work->file(iso.seed ? "cidata.iso" : "cdrom" + std::to_string(iso.drive) + ".iso");
}

bool makes_result(const Run &run) { return run.action == Action::import && !run.request.dry_run; }

Result<std::string> sha256_of_iso(const Run &run, const std::string &made) {
    if (!run.request.checksum)
        return std::string{};
    return run.tools.digest({{.path = made, .window = std::nullopt}}, G_CHECKSUM_SHA256, [](double) {}, run.cancel);
}

} // namespace

void add_iso_orders(std::vector<Unpacking> &orders, const Run &run) {
    if (!makes_result(run))
        return;
    for (const auto &iso : run.carry->source.isos)
        if (iso.fetch)
            orders.push_back({.from = *iso.fetch, .to = made_iso(run, iso)});
}

Result<> complete_isos(Run &run) {
    if (!makes_result(run))
        return {};
    Notices notices;
    auto &machine = run.carry->source;
    for (auto &iso : std::exchange(machine.isos, {}))
        if (!iso.fetch || H2K_TRY(complete_iso(machine, iso, made_iso(run, iso), notices)))
            machine.isos.push_back(std::move(iso));
    run.carry->notices.add(notices);
    run.say(notices);
    return {};
}

Result<> make_isos(Run &run) {
    for (const auto &iso : run.carry->source.isos)
        if (!iso.environment.empty())
            H2K_CHECK(write_small_iso(made_iso(run, iso), "OVF ENV", {{"ovf-env.xml", iso.environment}}));
        else if (!iso.fetch)
            H2K_CHECK(run.tools.copy(iso.file, made_iso(run, iso), run.cancel));
    for (const auto &iso : run.plan->target.isos)
        if (iso.seed)
            H2K_CHECK(write_small_iso(made_iso(run, iso), "cidata", files_of(*run.request.repair.cloud_init)));
    return require_same_source(run);
}

Result<> publish_isos(Run &run) {
    const auto machine = run.target_machine();
    for (const auto &iso : machine.isos) {
        const auto made = made_iso(run, iso);
        const auto &path = iso.file.path;
        const auto bytes = H2K_TRY(identity_of(made)).size;
        auto sha256 = H2K_TRY(sha256_of_iso(run, made));
        H2K_CHECK(run.target->publish_iso(machine, iso, made, run.cancel));
        run.journal.published(path);
        run.isos.push_back({.seed = iso.seed,
                            .path = path,
                            .stored = path_exists(path) ? bytes : 0,
                            .bytes = bytes,
                            .sha256 = std::move(sha256)});
    }
    return {};
}

} // namespace h2k
