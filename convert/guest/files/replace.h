// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/file_calls.h"
#include "convert/model/change.h"
#include <functional>

namespace h2k {

/// Of a file under a name that is new.
struct FileAttributes {
    unsigned mode = 0644;
    Owner owner{};
    bool like_old = true; ///< the new file takes owner, mode and attributes of one that it replaces
};

/// Owner and mode, and the folder's SELinux label.
[[nodiscard]] Result<> set_attributes(FileCalls &calls, const FileAttributes &attributes, const std::string &part);

/// Has @fill make a file beside @path, which follows links, and gives it that name in one step.  Folders that are
/// missing are made: 0755, or 0700 for a mode without permissions for others.  Without @attributes, @fill sets owner
/// and mode too.
[[nodiscard]] Result<> replace_file(FileCalls &calls, const std::string &path,
                                    const std::optional<FileAttributes> &attributes,
                                    const std::function<Result<>(const std::string &part)> &fill);

/// The name that a file has until it is whole.
[[nodiscard]] inline std::string part_of(const std::string &target) { return target + ".virt-hyper2kvm-new"; }

} // namespace h2k
