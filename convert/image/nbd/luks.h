// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/secrets/secret.h"
#include "convert/image/qemu_files.h"
#include <cstdint>

namespace h2k {

/// A LUKS1 volume in a row of bytes of a disk that is served.
struct LuksVolume {
    std::string name;   ///< of the device, in messages
    std::string socket; ///< on which the disk is served
    std::uint64_t offset = 0, bytes = 0;
};

// What DiskServer::open_luks() says to qemu-nbd.

/// The value of --object for @passphrase, which @files then has as the end of a pipe: it can be read once, by the
/// program that gets the files, and is never in a file.
[[nodiscard]] Result<std::string> luks_secret(const Secret &passphrase, QemuFiles &files);

/// The block node of what is in @volume, as block_node() gives one: QEMU's "QAPI reference", BlockdevOptionsLUKS.
/// @files gets a connection to its disk.
[[nodiscard]] Result<std::string> luks_node(const LuksVolume &volume, QemuFiles &files);

} // namespace h2k
