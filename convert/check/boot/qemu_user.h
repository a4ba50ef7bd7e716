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
    gid_t main_group = 0; ///< what QEMU runs with; on Debian the one that may open /dev/kvm
    gid_t own_group = 0;  ///< the group of the account's own name, which no person is in; else the main group
};

/// Null where we are not root, and QEMU runs as we do anyway, or where there is no such account.
[[nodiscard]] std::optional<QemuUser> find_qemu_user();

/// Lets @user pass through @folder and what is above it, as far as these are private folders of our jobs, and takes
/// that back when the object goes.  A folder of anybody else is not touched.  Works on open folders, never on paths:
/// what lies above may belong to somebody who swaps a link in.
class Passage {
  public:
    Passage(const QemuUser &user, const std::string &folder);
    Passage(const Passage &) = delete;
    Passage &operator=(const Passage &) = delete;
    ~Passage();

  private:
    struct Opened {
        Descriptor folder;
        gid_t group = 0;
    };
    std::vector<Opened> opened_;
};

} // namespace h2k
