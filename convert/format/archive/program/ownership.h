// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/owned.h"
#include <archive.h>
#include <archive_entry.h>

namespace h2k {

template <> struct Release<archive> {
    void operator()(archive *p) const noexcept { archive_read_free(p); }
};
template <> struct Release<archive_entry> {
    void operator()(archive_entry *p) const noexcept { archive_entry_free(p); }
};

} // namespace h2k
