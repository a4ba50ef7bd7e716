// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "convert/model/plans.h"
#include "convert/model/wishes.h"
#include <span>

namespace h2k {

/// When a fixer runs; within a phase, in table order.  The initramfs comes last, since it copies what the others wrote.
enum class Phase { identity, storage, network, agents, cleanup, boot };

struct FixerInfo {
    const char *id; ///< "linux.fstab"
    Phase phase;
    const char *summary; ///< N_()-marked, one line
};

/// What a fixer found and what it wants done.
struct Finding {
    std::vector<Change> changes;       ///< Change::fixer is filled by the runner
    std::vector<std::string> warnings; ///< whole sentences
    std::string skipped;               ///< why it did not look; empty: it did
};

inline void write(Finding &finding, const std::string &path, std::string content, std::string reason) {
    finding.changes.push_back({{}, std::move(reason), WriteFile{path, std::move(content)}});
}

/// Decides what one concern needs.  Reads a view, returns changes, touches nothing.
/// Planned again over its own changes it must want nothing more.
class Fixer {
  public:
    virtual ~Fixer() = default;
    [[nodiscard]] virtual bool applies(const Inspection &facts) const = 0;
    /// @target: the machine the guest will run on; its MACs are final.
    [[nodiscard]] virtual Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                               const RepairWishes &wishes) const = 0;
};

struct FixerEntry {
    FixerInfo info;
    const Fixer &(*get)();
};

template <typename F> constexpr FixerEntry entry() {
    return {F::info, []() -> const Fixer & {
                static const F fixer;
                return fixer;
            }};
}

[[nodiscard]] std::span<const FixerEntry> linux_fixers();

} // namespace h2k
