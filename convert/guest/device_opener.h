// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/request.h"
#include "convert/model/storage.h"
#include <span>
#include <vector>

namespace h2k {

/// How a lane opens an encrypted device.
class DeviceOpener {
  public:
    virtual ~DeviceOpener();
    /// Opens @container as the device @name with @key.  Empty: it is open; else why that key does not open it.
    [[nodiscard]] virtual Result<std::string> open(const BlockDevice &container, const std::string &name,
                                                   const DiskKey &key) = 0;
    /// Adds what was opened last, from @container as @name, to the end of @devices, and behind it the volumes that are
    /// complete with it.
    [[nodiscard]] virtual Result<> add(const BlockDevice &container, const std::string &name,
                                       std::vector<BlockDevice> &devices) = 0;
};

/// Opens each LUKS device of @devices for which one of @keys is meant, and what is found in it, until nothing new
/// is.  BlockDevice::lock says how each ended.  A key that opens nothing adds a notice.
[[nodiscard]] Result<> open_with_keys(std::vector<BlockDevice> &devices, std::span<const DiskKey> keys,
                                      DeviceOpener &opener, Notices &notices);

} // namespace h2k
