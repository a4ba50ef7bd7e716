// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <string>
#include <string_view>

namespace h2k {

/// Our end of a serial port of a domain, which listens on a UNIX socket.
class SerialPort {
  public:
    explicit SerialPort(std::string path) : path_(std::move(path)) {}
    [[nodiscard]] const std::string &path() const { return path_; }
    /// Connects, unless that is done.  QEMU drops what the guest writes before, and, if the connection ends, what the
    /// guest has not read yet.
    [[nodiscard]] Result<> open();
    [[nodiscard]] Result<> send(std::string_view text);
    /// What the guest has written since the last call, 4 MiB or a little more; "" if the port is not open.  To be
    /// called often, or QEMU blocks.
    [[nodiscard]] std::string received();

  private:
    std::string path_;
    Descriptor socket_;
};

} // namespace h2k
