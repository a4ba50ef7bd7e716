// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/apply.h"
#include "convert/apply/originals.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/model/journal/guest_journal.h"
#include <algorithm>

namespace h2k {

namespace {

/// A link that is removed or replaced is kept as a link, not as the file that it leads to.  An image is big and can be
/// rebuilt, so a guest without space for its copy is repaired all the same.
Result<> keep_original(Guest &guest, Originals &originals, const Effect &effect, Applied &applied) {
    if (effect.promised)
        return {};
    auto need = Need::always;
    auto follow = Follow::yes;
    switch (effect.act) {
    case Act::label: return {};
    case Act::make_folder: return originals.note_folder(guest, effect.path);
    case Act::extend: return originals.note_length(guest, effect.path);
    case Act::rebuild: need = Need::where_space; break;
    case Act::remove:
    case Act::make_link: follow = Follow::no; break;
    case Act::write:
    case Act::edit: break;
    }
    auto copy = H2K_TRY(originals.keep(guest, effect.path, need, follow));
    if (!copy.empty())
        applied.kept.push_back(std::move(copy));
    return {};
}

Result<> keep_originals(Guest &guest, Originals &originals, const Change &change, Applied &applied) {
    const auto facts = facts_of(change);
    if (!facts.command.empty())
        H2K_CHECK(originals.keep_before_command(guest));
    for (const auto &effect : facts.effects)
        H2K_CHECK(keep_original(guest, originals, effect, applied));
    return {};
}

/// Nothing can be done after a program that took the appliance down with it.
bool may_go_on(const Guest &guest, const Result<> &made) {
    return !made.error().is(H2K_ERROR_CANCELLED) && guest.list("/");
}

/// A failure that does not end the job is noted in what is returned.
Result<Applied> apply_one(Guest &guest, Originals &originals, const Change &change, GCancellable *cancel) {
    Applied applied{.change = change};
    H2K_CHECK(check_cancelled(cancel));
    H2K_CHECK(keep_originals(guest, originals, change, applied));
    auto made = guest.apply(change);
    if (const auto other = made ? std::nullopt : instead_of(change); other && may_go_on(guest, made)) {
        applied.instead = made.error().message();
        H2K_CHECK(keep_originals(guest, originals, *other, applied));
        made = guest.apply(*other);
    }
    if (made)
        return applied;
    if (!change.may_fail || !may_go_on(guest, made))
        return std::unexpected(std::move(made).error());
    applied.error = made.error().message();
    return applied;
}

/// For an error: the file, or the command of a change without one.
std::string text_of(const Change &change) {
    const auto facts = facts_of(change);
    return facts.path.empty() ? join(facts.command, " ") : facts.path;
}

} // namespace

const char *name_of(ChangeState state) {
    switch (state) {
    case ChangeState::begun: return "begun";
    case ChangeState::done: return "done";
    case ChangeState::failed: return "failed";
    }
    return "";
}

Result<std::vector<Applied>> apply_changes(Guest &guest, const std::string &job, const std::vector<Change> &changes,
                                           const ChangeObserver &observer, GCancellable *cancel) {
    if (!is_job_name(job))
        return fail(H2K_ERROR_USAGE, _("“%s” is not a valid name for a job."), job.c_str());
    std::vector<Applied> done;
    if (changes.empty())
        return done;
    auto originals = H2K_TRY(Originals::open(guest, job));
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto &change = changes[i];
        if (observer)
            observer(i, change, ChangeState::begun);
        auto applied = apply_one(guest, originals, change, cancel);
        if (!applied) {
            // Writing the journal may fail for the same reason; the first failure is the one to return.
            (void)originals.write_journal(guest, changes, done, applied.error().message());
            if (applied.error().is(H2K_ERROR_CANCELLED))
                return std::unexpected(std::move(applied).error());
            return std::unexpected(std::move(applied).error().context(change.fixer + " (" + text_of(change) + ")"));
        }
        done.push_back(*std::move(applied));
        if (observer)
            observer(i, change, done.back().error.empty() ? ChangeState::done : ChangeState::failed);
    }
    H2K_CHECK(originals.write_journal(guest, changes, done, {}));
    return done;
}

} // namespace h2k
