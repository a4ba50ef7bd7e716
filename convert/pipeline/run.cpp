// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/run.h"
#include "convert/base/messages.h"
#include "convert/base/secrets/mask.h"
#include "convert/pipeline/state.h"
#include <algorithm>

namespace h2k {

namespace {

Request with_absolute_paths(Request request) {
    if (request.source_connect.empty()) // else they are names of domains
        std::ranges::transform(request.sources, request.sources.begin(), absolute_path);
    return request;
}

} // namespace

Run::Run(Request what, Action to_do, Toolbox with)
    : job(new_job_id()), action(to_do), request(with_absolute_paths(std::move(what))), tools(std::move(with)),
      started(timestamp_now()) {}

Run::~Run() = default;

void Run::use_work_folder(std::unique_ptr<WorkFolder> opened) {
    work = std::move(opened);
    for (std::size_t i = 0; i < disks.size(); ++i) {
        const auto name = "disk" + std::to_string(i);
        disks[i].unpacked = work->file(name + ".unpacked");
        disks[i].overlay.top.path = work->file(name + ".overlay.qcow2");
        disks[i].made = work->file(name + ".made");
    }
}

Machine Run::source_machine() const {
    auto machine = carry->source;
    for (const auto &disk : disks)
        machine.disks.push_back(disk.source);
    return machine;
}

Machine Run::target_machine() const {
    auto machine = plan->target;
    for (const auto &disk : disks)
        if (disk.target)
            machine.disks.push_back(*disk.target);
    return machine;
}

CarryPlan Run::carry_plan() const {
    auto whole = *carry;
    whole.source = source_machine();
    return whole;
}

void Run::say(const Notice &said) {
    auto notice = said;
    notice.text = one_line(without_secrets(notice.text));
    if (std::ranges::find(notices, notice, &ReportedNotice::notice) != notices.end())
        return;
    notices.push_back({name_of(stage()), notice, timestamp_now()});
    progress->notice(name_of(stage()), notice);
}

void Run::say(const Notices &more) {
    for (const auto &notice : more)
        say(notice);
}

void Run::note_change(std::size_t index, const Change &change, ChangeState state) {
    journal.change(index, change, name_of(state));
    if (state == ChangeState::begun)
        show_progress(static_cast<double>(index) / static_cast<double>(plan->changes.size()), change.reason);
}

void Run::show_progress(double fraction, const std::string &message) const {
    progress->step(name_of(stage()), fraction, one_line(without_secrets(message)));
}

double Run::seconds_since(gint64 from) { return static_cast<double>(g_get_monotonic_time() - from) / G_USEC_PER_SEC; }

} // namespace h2k
