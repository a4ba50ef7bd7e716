// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/ovf/envelope.h"
#include "convert/source/ovf/hardware.h"
#include "convert/source/package_kind.h"

namespace h2k {

/// The name that the package has for what an envelope calls @href: a URI reference (DSP0243, "References"), so what is
/// encoded in it with '%' is tried too.  What leads out of the package is H2K_ERROR_SOURCE; it may not
/// exist.  @ovf: name of the descriptor.
[[nodiscard]] Result<std::string> ovf_member(const Members &members, const std::string &href, const std::string &ovf);

/// What the bytes of a member are in the package: how they are unpacked, or where they lie.
[[nodiscard]] Result<Fetch> bytes_of(const Members &members, const std::string &member);

/// A disk, and the members that its bytes are: one, or the parts in order; none of a blank disk.
struct DescribedDrive {
    DescribedDisk found;
    std::string href; ///< as the envelope has it
    std::vector<std::string> members;
};

/// The ISO image that is a file of the envelope, by its href.
[[nodiscard]] Result<IsoImage> describe_iso(const OvfEnvelope &envelope, const std::string &href,
                                            const Members &members, const std::string &ovf);

/// A disk of the envelope: described where its image lies, or how it is unpacked.
[[nodiscard]] Result<DescribedDrive> describe_drive(const OvfEnvelope &envelope, const OvfDrive &drive,
                                                    const Members &members, const std::string &ovf);

} // namespace h2k
