// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/apply.h"
#include "convert/apply/first_versions.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

std::string text_of(const Change &change) {
    if (const auto *run = std::get_if<RunInGuest>(&change.action))
        return join(run->argv, " ");
    return path_of(change);
}

/// Files whose first version is wanted.  An image is big and can be made again, so a guest without room for it goes on.
std::vector<std::string> files_changed_by(const Change &change) {
    if (const auto *run = std::get_if<RunInGuest>(&change.action))
        return run->changes;
    return {path_of(change)};
}

Result<Applied> apply_one(Guest &guest, FirstVersions &versions, const Change &change) {
    Applied applied{.change = change};
    for (const auto &path : files_changed_by(change)) {
        const auto need = std::holds_alternative<RebuildInitramfs>(change.action) ? Need::where_room : Need::always;
        const auto follow = std::holds_alternative<RemoveFile>(change.action) ? Follow::no : Follow::yes;
        auto copy = H2K_TRY(versions.keep(guest, path, need, follow));
        if (!copy.empty())
            applied.kept.push_back(std::move(copy));
    }
    H2K_CHECK(guest.apply(change));
    return applied;
}

bool is_job_name(const std::string &job) {
    return !job.empty() && job.size() <= 128 && job[0] != '.' &&
           std::ranges::all_of(job, [](char c) { return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

} // namespace

Result<std::vector<Applied>> apply_changes(Guest &guest, const std::string &job, const std::vector<Change> &changes,
                                           const ChangeTold &told, GCancellable *cancel) {
    if (!is_job_name(job))
        return fail(H2K_ERROR_USAGE, _("“%s” cannot be the name of a job."), job.c_str());
    std::vector<Applied> done;
    if (changes.empty())
        return done;
    auto versions = H2K_TRY(FirstVersions::open(guest, job));
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto &change = changes[i];
        if (told)
            told(i, change, false);
        auto applied = check_cancelled(cancel).has_value() ? apply_one(guest, versions, change)
                                                           : fail(H2K_ERROR_CANCELLED, "%s", _("Cancelled."));
        if (!applied && change.may_fail && !applied.error().is(H2K_ERROR_CANCELLED))
            applied = Applied{.change = change, .kept = {}, .error = applied.error().message()};
        if (!applied) {
            // What comes next would fail for the same reason; the failure to tell is the first one.
            (void)versions.write_journal(guest, changes, done, applied.error().message());
            if (applied.error().is(H2K_ERROR_CANCELLED))
                return std::unexpected(std::move(applied).error());
            return std::unexpected(std::move(applied).error().context(change.fixer + " (" + text_of(change) + ")"));
        }
        done.push_back(*std::move(applied));
        if (told)
            told(i, change, true);
    }
    H2K_CHECK(versions.write_journal(guest, changes, done, {}));
    return done;
}

} // namespace h2k
