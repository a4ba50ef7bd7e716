// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "domain/live/target.h"

namespace h2k {

/// An active pool and what its XML says of it.
struct Pool {
    Owned<virStoragePool> handle;
    std::string name;
    std::string type; ///< "dir", "fs", "netfs", "logical", …
    std::string path; ///< its folder, or the prefix of its volumes' paths; on the host of libvirt

    /// Are its volumes files in one folder?
    [[nodiscard]] bool is_folder() const { return type == "dir" || type == "fs" || type == "netfs"; }
};
[[nodiscard]] Result<Pool> find_pool(virConnectPtr connection, const std::string &name);
/// Fails with H2K_ERROR_TARGET where the pool lists a volume of this name.
[[nodiscard]] Result<> require_free_volume(const Pool &pool, const std::string &volume);

/// Renames into the pool's folder on this host and has libvirt look at it again.
[[nodiscard]] std::unique_ptr<Target> pool_folder_target(Pool pool);
/// Sends the image through libvirt.  The final name stands from the first byte on: libvirt gives a volume its name when
/// it makes it, and knows no renaming.  A failed or cancelled upload deletes the volume.
[[nodiscard]] std::unique_ptr<Target> pool_upload_target(Pool pool);

/// Sends all bytes of the file @from to the start of @volume, holes as holes where libvirt takes them.
[[nodiscard]] Result<> upload_volume(virStorageVolPtr volume, const std::string &from, GCancellable *cancel);

} // namespace h2k
