// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/owned.h"
#include <ext2fs/ext2fs.h>

namespace h2k {

/// Closes its channel and writes nothing.
template <> struct Release<struct_ext2_filsys> {
    void operator()(struct_ext2_filsys *p) const noexcept { ext2fs_free(p); }
};
template <> struct Release<ext2_extent_handle> {
    void operator()(ext2_extent_handle *p) const noexcept { ext2fs_extent_free(p); }
};
template <> struct Release<ext2_xattr_handle> {
    void operator()(ext2_xattr_handle *p) const noexcept { ext2fs_xattrs_close(&p); }
};

} // namespace h2k
