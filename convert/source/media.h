// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/plans.h"
#include "convert/source/package_kind.h"
#include <functional>

namespace h2k {

/// A CD or DVD in a drive, as the description of a machine names it.
struct NamedMedium {
    std::size_t drive = 0; ///< index in Machine::cdroms
    std::string file;      ///< as written
    std::string pool{};    ///< of libvirt, where the file is a volume of one
};

/// Adds a drive for CDs and DVDs to @machine, with the medium @file where that is not empty.  More of them than a
/// machine can have are H2K_ERROR_SOURCE.  @name: of the description, in messages.
[[nodiscard]] Result<> add_cdrom(Machine &machine, std::vector<NamedMedium> &media, Bus bus, const std::string &file,
                                 const std::string &name);

/// The ISO image that @file is: ISO 9660 (ECMA-119) or UDF (ECMA-167).  Anything else is H2K_ERROR_SOURCE.
[[nodiscard]] Result<IsoImage> iso_in(const HostFile &file);
/// One that has to be unpacked first, which will show what it is.
[[nodiscard]] Result<IsoImage> packed_iso(Fetch fetch);
/// The one that a description names.
[[nodiscard]] Result<IsoImage> iso_among(const Members &members, const NamedMedium &medium);

using FindIso = std::function<Result<IsoImage>(const NamedMedium &medium)>;

/// Puts the ISO images of @media, which @find opens, into the drives of the machine of @plan.  Media are often left
/// behind when machines are exported, so what H2K_ERROR_SOURCE is said of is not carried over, with a warning; other
/// errors end the description.
[[nodiscard]] Result<> add_isos(CarryPlan &plan, const std::vector<NamedMedium> &media, const FindIso &find);

/// Notes that the ISO image @file is not carried over, and why, a sentence.
void leave_out_iso(Machine &machine, Notices &notices, const std::string &file, const std::string &why);

} // namespace h2k
