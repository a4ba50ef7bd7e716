// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include <fnmatch.h>
#include <map>

namespace h2k::test {

/// Disks made of a list and of maps, which record their mounts.
class FakeStorage final : public StorageView {
  public:
    std::vector<BlockDevice> list;
    std::map<std::string, std::map<std::string, std::string>> files; ///< device → path → content
    mutable std::vector<std::string> mounted;                        ///< devices in order; repeated ones in a row once

    Result<std::vector<BlockDevice>> devices() const override { return list; }
    Result<std::optional<std::string>> read_on(const std::string &device, const std::string &path) const override {
        if (mounted.empty() || mounted.back() != device)
            mounted.push_back(device);
        const auto on = files.find(device);
        if (on == files.end())
            return std::nullopt;
        if (const auto it = on->second.find(path); it != on->second.end())
            return it->second;
        return std::nullopt;
    }
    Result<std::vector<std::string>> list_on(const std::string &device, const std::string &glob) const override {
        if (mounted.empty() || mounted.back() != device)
            mounted.push_back(device);
        std::vector<std::string> found;
        if (const auto on = files.find(device); on != files.end())
            for (const auto &[path, content] : on->second)
                if (fnmatch(glob.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
                    found.push_back(path);
        return found;
    }
};

} // namespace h2k::test
