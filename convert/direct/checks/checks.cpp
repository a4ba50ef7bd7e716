// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/checks/checks.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>
#include <atomic>
#include <thread>

namespace h2k {

namespace {

// The exit status of e2fsck(8).
constexpr int no_errors = 0, corrected = 1, left_uncorrected = 4;
// That of fsck.fat(8).
constexpr int has_errors = 1;

std::unexpected<Error> failed(const char *program, const PartOfDisks &part, const CheckerEnd &end) {
    return fail(H2K_ERROR_FAILED, _("%s on “%s” failed with status %d: %s"), program, part.name.c_str(), end.status,
                last_words(end.output).c_str());
}

/// A check leaves the journal as it is, and calls what it finds without it clean.
bool has_full_journal(const CheckerEnd &end) {
    return end.output.find("skipping journal recovery") != std::string::npos;
}

/// e2fsck ends with 0 too where it found a wrong checksum in the journal, and with 1 where it has made a new one.
bool only_replayed(const CheckerEnd &end) {
    return std::ranges::all_of(lines(end.output),
                               [](const auto &line) { return line.empty() || line.ends_with(": recovering journal"); });
}

Result<> check_one(const PartToCheck &one, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    if (const auto damage = H2K_TRY(one.check(one.part, cancel, {})))
        return fail(H2K_ERROR_FAILED, _("The file system on %s is not clean after the work in this lane: %s"),
                    one.part.name.c_str(), damage->c_str());
    return {};
}

} // namespace

Result<> check_all(const std::vector<PartToCheck> &parts, GCancellable *cancel) {
    constexpr std::size_t at_once = 4; // each has tables of all blocks in memory
    std::vector<Result<>> outcomes(parts.size());
    std::atomic<std::size_t> next = 0;
    {
        std::vector<std::jthread> workers;
        while (workers.size() < std::min(parts.size(), at_once))
            workers.emplace_back([&] {
                for (auto i = next++; i < parts.size(); i = next++)
                    outcomes[i] = check_one(parts[i], cancel);
            });
    }
    for (auto &outcome : outcomes)
        H2K_CHECK(std::move(outcome));
    return {};
}

Result<> replay_journal(const PartOfDisks &part, GCancellable *cancel, const CheckLimits &limits) {
    const auto end =
        H2K_TRY(run_on_part({"e2fsck", "-p", "-E", "journal_only", part_file}, part, true, limits, cancel));
    if ((end.status != no_errors && end.status != corrected) || !only_replayed(end))
        return failed("e2fsck", part, end);
    return {};
}

Result<std::optional<std::string>> check_ext(const PartOfDisks &part, GCancellable *cancel, const CheckLimits &limits) {
    const auto end = H2K_TRY(run_on_part({"e2fsck", "-fn", part_file}, part, false, limits, cancel));
    if (end.status == left_uncorrected || (end.status == no_errors && has_full_journal(end)))
        return last_words(end.output);
    if (end.status != no_errors)
        return failed("e2fsck", part, end);
    return std::nullopt;
}

Result<std::optional<std::string>> check_fat(const PartOfDisks &part, GCancellable *cancel, const CheckLimits &limits) {
    const auto end = H2K_TRY(run_on_part({"fsck.fat", "-n", part_file}, part, false, limits, cancel));
    if (end.status == has_errors)
        return last_words(end.output);
    if (end.status != no_errors)
        return failed("fsck.fat", part, end);
    return std::nullopt;
}

} // namespace h2k
