// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/checks/lent.h"
#include <optional>

namespace h2k {

// Each is a program that shares no state with what wrote the file system.  A program that cannot be run to its end is
// H2K_ERROR_FAILED, and proves nothing.

/// Writes into the ext file system @part what its journal still holds, as mounting it would: e2fsck(8), journal_only.
/// An empty journal is left alone.  A damaged one is an error.
[[nodiscard]] Result<> replay_journal(const PartOfDisks &part, GCancellable *cancel, const CheckLimits &limits = {});

/// Null: the ext file system @part has no errors, and its journal is empty; else what e2fsck said.  Changes nothing.
[[nodiscard]] Result<std::optional<std::string>> check_ext(const PartOfDisks &part, GCancellable *cancel,
                                                           const CheckLimits &limits = {});

/// The same of a FAT file system, by fsck.fat(8).
[[nodiscard]] Result<std::optional<std::string>> check_fat(const PartOfDisks &part, GCancellable *cancel,
                                                           const CheckLimits &limits = {});

/// A file system, and what checks it.
struct PartToCheck {
    PartOfDisks part;
    Result<std::optional<std::string>> (*check)(const PartOfDisks &, GCancellable *, const CheckLimits &) = nullptr;
};
/// Checks all of them, some side by side.  One that has errors is H2K_ERROR_FAILED.
[[nodiscard]] Result<> check_all(const std::vector<PartToCheck> &parts, GCancellable *cancel);

} // namespace h2k
