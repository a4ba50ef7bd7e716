// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/change.h"
#include "convert/model/inspection.h"
#include "convert/model/machine.h"
#include "convert/model/request.h"
#include <algorithm>
#include <glib.h>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace h2k {

/// A checksum that a manifest promises, to be verified while the bytes are read.
struct Digest {
    std::string name;                  ///< of the member, as the manifest spells it
    GChecksumType algorithm{};         ///< MD5, SHA-1, SHA-256, SHA-384 or SHA-512
    std::string expected;              ///< hexadecimal digits, lower case
    Fetch from;                        ///< where its bytes are: those that the manifest is of, unpacked no further
    std::optional<std::size_t> disk{}; ///< index of the disk that it belongs to; none: of another file
};

/// "md5", "sha1", "sha256", "sha384" or "sha512".
[[nodiscard]] constexpr const char *name_of(GChecksumType algorithm) {
    switch (algorithm) {
    case G_CHECKSUM_SHA1: return "sha1";
    case G_CHECKSUM_SHA256: return "sha256";
    case G_CHECKSUM_SHA512: return "sha512";
    case G_CHECKSUM_MD5: return "md5";
    case G_CHECKSUM_SHA384: return "sha384";
    }
    return "";
}

/// One of several that a package offers: a machine, or a configuration of one.
struct Offer {
    std::string id, name; ///< name: as people know it; either may be ""
    bool chosen = false;
};

/// First plan: what machine exists and where its bytes are.  Made by convert/source from metadata alone.
struct CarryPlan {
    static constexpr int version = 1;
    std::string kind = "disks"; ///< of the source: "disks", "ova", "ovf", "vmx", "vbox", "hyper-v", "domain", "archive"
    Machine source;
    std::vector<Offer> machines{};       ///< that the package describes; empty: there is no choice
    std::vector<Offer> configurations{}; ///< of the machine; empty: there is no choice
    std::vector<Digest> digests;         ///< still to be verified
    Notices notices;
};

/// How one fixer ended, in planning and after the work.
enum class Outcome { planned, done, not_needed, skipped, failed };
[[nodiscard]] constexpr const char *name_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::planned: return "planned";
    case Outcome::done: return "done";
    case Outcome::not_needed: return "not-needed";
    case Outcome::skipped: return "skipped";
    case Outcome::failed: return "failed";
    }
    return "";
}

struct FixerResult {
    std::string fixer;
    Outcome outcome = Outcome::not_needed;
    std::string why;          ///< a sentence; of a skip or failure
    Notices notices;          ///< whole sentences
    const char *summary = ""; ///< what the fixer does, one line for people, untranslated
};

/// What libosinfo says of the target's system and how it was found.
struct OsinfoChoice {
    std::string id;  ///< "http://debian.org/debian/12"
    std::string how; ///< "exact", "closest older release", "unknown"
};

/// A way to the guest's file systems, and why it is this one.
struct LaneNote {
    std::string name; ///< "direct" or "appliance"
    std::string why;  ///< a sentence; empty: no other was tried before
};

/// Second plan: all that will be done to the guest and what it becomes.
struct RepairPlan {
    static constexpr int version = 1;
    LaneNote lane; ///< in which the changes can be made
    Inspection guest;
    std::vector<FixerResult> fixers;
    std::vector<Change> changes; ///< in the order of doing
    std::map<std::string, std::string>
        before;                   ///< what the files to be written or removed hold now; a new file is not in it
    std::set<std::string> closed; ///< of those files the ones that not every user of the guest can read
    Machine target;               ///< disks in target form: virtio, output format; paths filled while publishing
    OsinfoChoice osinfo;
    Notices notices;

    /// May lines of what the change with @facts reads or writes be shown to nobody?
    [[nodiscard]] bool hides(const ChangeFacts &facts) const {
        return facts.secret || std::ranges::any_of(facts.effects, [this](const Effect &effect) {
                   return closed.contains(effect.path) || closed.contains(effect.from);
               });
    }
};

} // namespace h2k
