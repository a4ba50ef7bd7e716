// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/handle.h"
#include "convert/model/change.h"
#include <functional>

namespace h2k {

/// What a file gets that stands under a name for the first time.
struct Dress {
    unsigned mode = 0644;
    Owner owner{};
    bool like_old = true; ///< a file that was there before leaves its owner, mode and attributes to the new one
};

/// Owner, mode, ACLs and other attributes as @path has them; a file system that keeps some of them not is no error.
[[nodiscard]] Result<> dress_like(const Handle &handle, const std::string &path, const std::string &part);
/// Owner and mode, and the folder's SELinux label.
[[nodiscard]] Result<> dress_new(const Handle &handle, const Dress &dress, const std::string &part);

/// Has @fill make a file beside @path, which follows links, and gives it that name in one step.  Folders that are
/// missing are made: 0755, or 0700 for a mode that keeps others out.  Without @dress, @fill gives owner and mode too.
[[nodiscard]] Result<> replace_file(const Handle &handle, const std::string &path, const std::optional<Dress> &dress,
                                    const std::function<Result<>(const std::string &part)> &fill);

/// The name that a file has until it is whole.
[[nodiscard]] inline std::string part_of(const std::string &target) { return target + ".virt-hyper2kvm-new"; }

} // namespace h2k
