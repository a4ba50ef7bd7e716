// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <memory>
#include <string>

namespace h2k {

/// The parent of work folders that belong to no target: $VIRT_HYPER2KVM_TMPDIR, else /var/tmp. Not /tmp, which is often
/// in memory.
[[nodiscard]] std::string work_parent();

/// A private folder (0700) for one job, removed with its content when the object is destroyed.
/// It holds a lock while the job lives, which distinguishes the folder of a killed job from one in use.  All that is
/// done to folders here goes by descriptors, so that it never reaches what a name was swapped for.
class WorkFolder {
  public:
    /// Creates PARENT/.virt-hyper2kvm-XXXXXX, after removing the folders of killed jobs there.  A @parent that is not
    /// safe_folder() is H2K_ERROR_TARGET.
    [[nodiscard]] static Result<std::unique_ptr<WorkFolder>> create(const std::string &parent);
    WorkFolder(const WorkFolder &) = delete;
    WorkFolder &operator=(const WorkFolder &) = delete;
    ~WorkFolder();

    [[nodiscard]] const std::string &path() const noexcept { return path_; }
    [[nodiscard]] std::string file(const std::string &name) const { return path_ + "/" + name; }

  private:
    struct Held {
        Descriptor parent, folder, lock;
    };
    WorkFolder(std::string path, Held held) noexcept : path_(std::move(path)), held_(std::move(held)) {}
    std::string path_;
    Held held_;
};

} // namespace h2k
