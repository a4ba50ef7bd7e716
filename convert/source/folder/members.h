// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/package_kind.h"

namespace h2k {

/// The files of a package that lies in a folder.
class FolderMembers : public Members {
  public:
    /// @descriptor: the file that names the others, which has to live longer.
    FolderMembers(const HostFile &descriptor, Fence fence);
    [[nodiscard]] Result<HostFile> open(const std::string &name) const override;
    [[nodiscard]] std::optional<Fetch> packed(const std::string &) const override { return std::nullopt; }
    [[nodiscard]] const std::vector<std::string> &names() const override { return names_; }
    [[nodiscard]] const Fence &fence() const override { return fence_; }

  private:
    const HostFile &descriptor_;
    Fence fence_;
    std::vector<std::string> names_;
};

} // namespace h2k
