// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <memory>
#include <string>

namespace h2k {

/// Where work goes that has no place of its own: $VIRT_HYPER2KVM_TMPDIR, else /var/tmp. Not /tmp, which is often
/// memory.
[[nodiscard]] std::string work_parent();

/// A private folder (0700) for one job, removed with all that is in it when the object goes.
/// It holds a lock while the job lives, so that what a killed job left is told from what a live one uses.
class WorkFolder {
  public:
    /// Makes PARENT/.virt-hyper2kvm-XXXXXX, after removing the folders of jobs that died there.
    [[nodiscard]] static Result<std::unique_ptr<WorkFolder>> create(const std::string &parent);
    WorkFolder(const WorkFolder &) = delete;
    WorkFolder &operator=(const WorkFolder &) = delete;
    ~WorkFolder();

    [[nodiscard]] const std::string &path() const noexcept { return path_; }
    [[nodiscard]] std::string file(const std::string &name) const { return path_ + "/" + name; }

  private:
    WorkFolder(std::string path, Descriptor lock) noexcept : path_(std::move(path)), lock_(std::move(lock)) {}
    std::string path_;
    Descriptor lock_;
};

} // namespace h2k
