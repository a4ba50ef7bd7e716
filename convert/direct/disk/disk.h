// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace h2k {

class Bytes;

/// A run of bytes of a device, on the device that is below.
struct DeviceExtent {
    Bytes *below = nullptr;
    std::uint64_t offset = 0, length = 0;
};

/// Bytes of a disk, of a part of one, or of parts of several in a row.  Offsets and lengths are bytes; what is outside
/// of size() is H2K_ERROR_SOURCE.  All that is written is in the disk once flush() succeeded.
class Bytes {
  public:
    virtual ~Bytes();
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    [[nodiscard]] virtual Result<> read(std::uint64_t offset, std::span<char> to) = 0;
    [[nodiscard]] virtual Result<> write(std::uint64_t offset, std::string_view from) = 0;
    /// They read as zeros from then on, and take no space where that is possible.
    [[nodiscard]] virtual Result<> discard(std::uint64_t offset, std::uint64_t length) = 0;
    [[nodiscard]] virtual Result<> flush() = 0;
    /// Where they are: in a row, on disks that are not made of others.
    [[nodiscard]] virtual std::vector<DeviceExtent> extents() { return {{this, 0, size()}}; }
};

/// A whole disk of the guest, served by NBD on the connected socket @socket, which it owns; cached, written back by
/// flush().
[[nodiscard]] Result<std::unique_ptr<Bytes>> open_disk(int socket);

/// A partition or a linear volume: @extents in a row, which must outlive it.
[[nodiscard]] std::unique_ptr<Bytes> join_extents(std::vector<DeviceExtent> extents);

} // namespace h2k
