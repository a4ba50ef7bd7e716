// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "domain/live/target.h"

namespace h2k {

/// An active pool and what its XML says.
struct Pool {
    Owned<virStoragePool> handle;
    std::string name;
    std::string type; ///< "dir", "fs", "netfs", "logical", …
    std::string path; ///< its folder, or the prefix of its volumes' paths, on libvirt's host

    /// Are its volumes files in one folder?
    [[nodiscard]] bool is_folder() const { return type == "dir" || type == "fs" || type == "netfs"; }
};
[[nodiscard]] Result<Pool> find_pool(virConnectPtr connection, const std::string &name);
/// Fails with H2K_ERROR_TARGET if the pool has a volume of this name.
[[nodiscard]] Result<> require_free_volume(const Pool &pool, const std::string &volume);

/// Renames into the pool's folder on this host and refreshes the pool.
[[nodiscard]] std::unique_ptr<Target> pool_folder_target(Pool pool);
/// Uploads the image through libvirt.  The volume has its final name from the start: libvirt cannot rename volumes.  A
/// failed or cancelled upload deletes the volume.
[[nodiscard]] std::unique_ptr<Target> pool_upload_target(Pool pool);

/// Sends all bytes of the file @from to the start of @volume, holes as holes if libvirt supports that.
[[nodiscard]] Result<> upload_volume(virStorageVolPtr volume, const std::string &from, GCancellable *cancel);

} // namespace h2k
