// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>

namespace h2k {

/// The kernel takes "-" and "_" in a module's name as the same; "virtio-blk" as "virtio_blk".
[[nodiscard]] std::string underscored(std::string_view module);
/// "kernel/drivers/block/virtio-blk.ko.xz" as "virtio_blk", whatever it is compressed with; empty for a path that names
/// no module.  Blanks around it, as a line of modules.dep(5) may have them, are nothing.
[[nodiscard]] std::string module_name(std::string_view path);

} // namespace h2k
