// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"

namespace h2k {

/// "NAME.qcow2", or "NAME-vda.qcow2", "NAME-vdb.qcow2" … for several disks, with the format as suffix: virt-aa-helper
/// allows files that end in ".qcow2" or ".raw" in any folder.
[[nodiscard]] std::string image_name(const Machine &target, std::size_t index);
/// "NAME-cidata.iso" of a seed, "NAME-cdrom.iso" of the first drive, "NAME-cdrom1.iso" and so on of others.
[[nodiscard]] std::string iso_name(const Machine &target, const IsoImage &iso);
/// Can the machine's name be part of a file name?
[[nodiscard]] Result<> check_image_names(const Machine &target);
/// H2K_ERROR_TARGET if @path exists.
[[nodiscard]] Result<> require_free(const std::string &path);
/// H2K_ERROR_TARGET if we may not create files in @folder.
[[nodiscard]] Result<> require_writable(const std::string &folder);

} // namespace h2k
