// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/folder/members.h"
#include "convert/base/files.h"
#include "convert/source/folder/names.h"

namespace h2k {

FolderMembers::FolderMembers(const HostFile &descriptor, Fence fence)
    : descriptor_(descriptor), fence_(std::move(fence)), names_(folder_names(folder_of(descriptor.path()))) {}

Result<HostFile> FolderMembers::open(const std::string &name) const { return fence_.open(descriptor_, name); }

} // namespace h2k
