// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/libvirt/connection.h"
#include "convert/model/machine.h"
#include <functional>
#include <memory>

namespace h2k {

/// Where a result goes and how it gets its final name.  No final name exists before publish().
class Target {
  public:
    virtual ~Target() = default;
    /// Is every final name free and the target writable?  Checked before the first byte is copied.
    [[nodiscard]] virtual Result<> check(const Machine &target) const = 0;
    /// A folder on the target's own file system for work in progress.
    [[nodiscard]] virtual std::string work_parent() const = 0;
    /// Final absolute path of disk @index.
    [[nodiscard]] virtual std::string disk_path(const Machine &target, std::size_t index) const = 0;
    /// Gives the finished image @made its final name.
    [[nodiscard]] virtual Result<> publish(const Machine &target, std::size_t index, const std::string &made,
                                           GCancellable *cancel) = 0;
    /// Final absolute path of one of the machine's ISO images.
    [[nodiscard]] virtual std::string iso_path(const Machine &target, const IsoImage &iso) const = 0;
    /// The same for that ISO image.
    [[nodiscard]] virtual Result<> publish_iso(const Machine &target, const IsoImage &iso, const std::string &made,
                                               GCancellable *cancel) = 0;
    /// Removes what was published, after a later step failed.
    virtual void withdraw() = 0;
};

/// The mode of a folder for results that we make: QEMU must reach the images, and no one else need list them.
inline constexpr unsigned result_folder_mode = 0711;
/// DIR/NAME.qcow2, or DIR/NAME-vda.qcow2 … for several disks, DIR/NAME-cdrom.iso and DIR/NAME-cidata.iso; creates DIR.
[[nodiscard]] Result<std::unique_ptr<Target>> folder_target(const std::string &dir);
/// A storage pool: directly for pools that are a folder of this host, else by volume upload.
[[nodiscard]] Result<std::unique_ptr<Target>> pool_target(virConnectPtr connection, const std::string &pool);

/// Does libvirt have a domain with this name?
[[nodiscard]] Result<bool> domain_exists(virConnectPtr connection, const std::string &name);
/// Does libvirt have a domain with this UUID?
[[nodiscard]] Result<bool> uuid_is_taken(virConnectPtr connection, const std::string &uuid);
/// Defines a persistent domain.
[[nodiscard]] Result<> define_domain(virConnectPtr connection, const std::string &xml);

} // namespace h2k
