// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/process/subprocess.h"
#include "convert/confine/confinement.h"
#include "convert/format/host_file.h"
#include "convert/image/qemu_files.h"
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace h2k {

/// What QEMU's programs may do: they read images that strangers wrote.
[[nodiscard]] Confinement for_images();
/// Runs qemu-img with @arguments, confined to @files, by whose names or as block_node() the arguments name them.
/// A full, read-only or unwritable target is H2K_ERROR_TARGET and names @target, a source that cannot be read is
/// H2K_ERROR_SOURCE.
[[nodiscard]] Result<> run_qemu_img(const std::vector<std::string> &arguments, const QemuFiles &files,
                                    const std::string &target, const std::function<void(std::string_view)> &on_output,
                                    GCancellable *cancel);
/// The error of another of QEMU's programs that has failed, in the same words.
[[nodiscard]] std::unexpected<Error> explain_qemu(const std::string &program, const Finished &done,
                                                  const QemuFiles &files, const std::string &target);

/// What the header of a qcow2 image says: QEMU's docs/interop/qcow2.txt, "Header".
struct Qcow2Facts {
    std::uint64_t bytes = 0; ///< virtual size
    bool standalone = true;  ///< names no backing file
};
[[nodiscard]] Result<Qcow2Facts> read_qcow2_facts(const HostFile &file);

} // namespace h2k
