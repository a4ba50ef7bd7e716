// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include "convert/image/nbd/server.h"
#include "convert/image/node.h"
#include "tests/support/test_folder.h"
#include <fcntl.h>

namespace h2k::test {

/// A qemu-nbd that serves the raw image @path to one connection.
[[nodiscard]] inline Result<NbdServer> start_server(const std::string &path) {
    const Disk disk{.top = {.path = path, .format = DiskFormat::raw, .held = H2K_TRY(HeldFile::open(path, O_RDWR))}};
    QemuFiles files;
    const auto node = H2K_TRY(block_node(chain_of(disk), files));
    return NbdServer::start({"--discard=unmap", node}, std::move(files));
}

/// That image, opened as the program of the direct lane opens it.
class ServedBytes {
  public:
    explicit ServedBytes(const std::string &path)
        : server_(unwrap(start_server(path))), bytes_(unwrap(open_disk(server_.take_socket()))) {}
    [[nodiscard]] Bytes &bytes() const { return *bytes_; }
    [[nodiscard]] std::unique_ptr<Bytes> take() { return std::move(bytes_); }
    /// The server has closed the image.
    void finish() {
        bytes_.reset();
        g_assert_cmpint(unwrap(server_.wait(nullptr)).status, ==, 0);
    }

  private:
    NbdServer server_;
    std::unique_ptr<Bytes> bytes_;
};

} // namespace h2k::test
