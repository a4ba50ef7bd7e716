// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "convert/model/request.h"
#include <chrono>
#include <memory>

namespace h2k {

/// One launch of the libguestfs appliance over all disks of a guest: read, mounted, changed, trimmed, closed.
class Appliance : public StorageView {
  public:
    struct Order {
        std::vector<std::string> disks;       ///< sockets on which each is served by NBD; the appliance opens no image
        std::vector<unsigned> sector_bytes{}; ///< of each disk: of a logical sector; 512 where it is not there
        bool use_kvm = false;                 ///< else TCG
        std::chrono::seconds longest_program = std::chrono::minutes{30}; ///< that a program of the guest may run
    };
    /// A cancelled @cancel ends the appliance at once, in whatever call it is.
    [[nodiscard]] static Result<std::unique_ptr<Appliance>> launch(const Order &order, Notices &notices,
                                                                   GCancellable *cancel);

    /// Opens the encrypted devices that @keys are for, before mount(); devices() then has what they hold.  A key that
    /// opens nothing adds a notice.
    [[nodiscard]] virtual Result<> open_encrypted(const std::vector<DiskKey> &keys, Notices &notices) = 0;
    /// Mounts @mounts in their order; the guest is valid until close().  A mount other than "/" that fails is left out
    /// with a notice.  Without any, the guest has no files and nothing in it can be changed.
    [[nodiscard]] virtual Result<std::unique_ptr<Guest>> mount(const std::vector<Mount> &mounts, Notices &notices) = 0;
    /// Drops unused blocks of every mounted file system and of swap; what cannot be trimmed is skipped.
    [[nodiscard]] virtual Result<> trim() = 0;
    /// Unmounts all, checks each file system that was mounted read-only (no repair), and returns notices of
    /// damage.
    [[nodiscard]] virtual Result<Notices> check_filesystems() = 0;
    /// Syncs and shuts the appliance down; the images are complete once this succeeded.
    [[nodiscard]] virtual Result<> close() = 0;
};

} // namespace h2k
