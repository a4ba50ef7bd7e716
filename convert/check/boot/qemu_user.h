// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace h2k {

/// The system's own account for QEMU processes: "libvirt-qemu" or "qemu".
struct QemuUser {
    std::string name;
    uid_t uid = 0;
    gid_t main_group = 0; ///< the group that QEMU runs with; on Debian the one that may open /dev/kvm
    gid_t own_group = 0;  ///< the group with the account's name, which has no other members; else the main group
};

/// Null if we are not root, since QEMU then runs as our user, or if the system has no such account.
[[nodiscard]] std::optional<QemuUser> find_qemu_user();

/// Lets @user pass through @folder and its parents, as far as these are private folders of our jobs, and restores their
/// permissions when the object is destroyed.  Other folders are not touched.  Works on open folders, never on paths: a
/// parent may belong to somebody who swaps a link in.
class FolderAccess {
  public:
    FolderAccess(const QemuUser &user, const std::string &folder);
    FolderAccess(const FolderAccess &) = delete;
    FolderAccess &operator=(const FolderAccess &) = delete;
    ~FolderAccess();

  private:
    struct Opened {
        Descriptor folder;
        gid_t group = 0;
    };
    std::vector<Opened> opened_;
};

} // namespace h2k
