// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "convert/model/plans.h"
#include "convert/model/repair_options.h"
#include <span>

namespace h2k {

/// When a fixer runs; within a phase, in the order of the table.  The initramfs comes last, since it copies what the
/// others write.
enum class Phase { identity, storage, network, agents, cleanup, boot };

/// What a fixer decides by.  All of it outlives the call.
struct FixerInput {
    const GuestView &guest; ///< with what the fixers before it planned
    const Inspection &facts;
    const Machine &target; ///< the machine that the guest will run on; its MACs are final
    const RepairOptions &options;
};

/// What a fixer found and what it plans.
struct Finding {
    std::vector<Change> changes; ///< Change::fixer is filled by the runner
    Notices notices;
    std::string skipped; ///< why nothing was checked; empty: it was
};

inline void write(Finding &finding, const std::string &path, std::string content, std::string reason) {
    finding.changes.push_back({{}, std::move(reason), WriteFile{path, std::move(content)}});
}

/// Decides what one concern of a guest needs.  Reads a view, returns changes, touches nothing.
struct Fixer {
    const char *id; ///< "linux.fstab"
    Phase phase;
    const char *summary; ///< one line, N_()-marked; docs/fixers.md has the same
    /// Planned again over its own changes, it must plan nothing more.
    Result<Finding> (*plan)(const FixerInput &input);
};

/// What runs after all fixers and needs to know what they planned.
struct LastFixer {
    const char *id;
    const char *summary; ///< as of a Fixer
    /// @input: its guest is @before with @planned laid over it.
    Result<Finding> (*plan)(const FixerInput &input, const GuestView &before, const std::vector<Change> &planned);
};

/// The fixers of one kind of system.
struct FixerTable {
    std::span<const Fixer> fixers;
    const LastFixer *last; ///< nullptr: none
};

} // namespace h2k
