// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include "convert/model/storage.h"
#include <map>

namespace h2k {

/// What an encrypted device holds.
struct OpenedVolume {
    std::string container, name; ///< names of both
    Bytes *bytes = nullptr;
};

/// The partitions, volumes and unpartitioned disks of a guest, described as the appliance describes them.
class Devices {
  public:
    /// @disks outlive it, in guest order; @sector_bytes: of each, 512 or 4096.  @opened: the same, in the order in
    /// which they were opened.
    [[nodiscard]] static Result<Devices> find(const std::vector<std::unique_ptr<Bytes>> &disks,
                                              const std::vector<unsigned> &sector_bytes,
                                              const std::vector<OpenedVolume> &opened = {});
    /// In the appliance's order.
    [[nodiscard]] const std::vector<BlockDevice> &all() const noexcept { return all_; }
    /// The content of the device @name; null: it cannot be read here.
    [[nodiscard]] Bytes *content(const std::string &name) const;
    /// Why these disks need another lane; empty: they do not.
    [[nodiscard]] const std::string &unfit() const noexcept { return unfit_; }

  private:
    std::vector<BlockDevice> all_;
    std::map<std::string, std::unique_ptr<Bytes>> content_;
    std::string unfit_;
};

} // namespace h2k
