// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/disk_format.h"
#include "convert/model/plans.h"
#include <vector>

namespace h2k {

/// The values of an enumeration that count up from 0 to the first without a name.
template <class E> [[nodiscard]] std::vector<E> values_of() {
    std::vector<E> values;
    for (int i = 0; *name_of(static_cast<E>(i)) != '\0'; ++i)
        values.push_back(static_cast<E>(i));
    return values;
}
template <> [[nodiscard]] inline std::vector<DiskFormat> values_of() {
    std::vector<DiskFormat> values;
    for (const auto &facts : disk_formats())
        values.push_back(facts.format);
    return values;
}
template <> [[nodiscard]] inline std::vector<GChecksumType> values_of() {
    return {G_CHECKSUM_MD5, G_CHECKSUM_SHA1, G_CHECKSUM_SHA256, G_CHECKSUM_SHA384, G_CHECKSUM_SHA512};
}

} // namespace h2k
