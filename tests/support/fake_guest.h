// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/text.h"
#include "convert/model/guest.h"
#include <algorithm>
#include <fnmatch.h>
#include <map>
#include <set>

namespace h2k::test {

/// A guest made of maps, below every Overlay in a unit test.
class FakeGuest final : public GuestView {
  public:
    std::map<std::string, std::string> files;
    std::map<std::string, std::string> links;
    std::map<std::string, std::vector<std::string>> images; ///< initramfs path → names
    std::set<std::string> closed;                           ///< files that not every user can read
    std::map<std::string, FreeSpace> space_at;              ///< path → what space() returns

    Result<std::optional<std::string>> read(const std::string &path) const override {
        if (const auto it = files.find(path); it != files.end())
            return it->second;
        return std::nullopt;
    }
    Result<std::vector<std::string>> list(const std::string &glob) const override {
        std::vector<std::string> found;
        for (const auto &[path, content] : files)
            for (std::string at = path; !at.empty(); at.resize(at.rfind('/')))
                if (fnmatch(glob.c_str(), at.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
                    found.push_back(at);
        for (const auto &[path, to] : links)
            if (fnmatch(glob.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
                found.push_back(path);
        std::ranges::sort(found);
        const auto repeated = std::ranges::unique(found);
        found.erase(repeated.begin(), repeated.end());
        return found;
    }
    Result<std::optional<std::string>> link(const std::string &path) const override {
        if (const auto it = links.find(path); it != links.end())
            return it->second;
        return std::nullopt;
    }
    Result<bool> is_public(const std::string &path) const override { return !closed.contains(path); }
    Result<std::string> sha256(const std::string &path) const override {
        const auto it = files.find(path);
        return it == files.end() ? std::string{} : sha256_of(it->second);
    }
    Result<std::vector<std::string>> initramfs_names(const std::string &path) const override {
        if (const auto it = images.find(path); it != images.end())
            return it->second;
        return fail(H2K_ERROR_FAILED, "no image “%s”", path.c_str());
    }
    Result<std::optional<FreeSpace>> space(const std::string &path) const override {
        if (const auto it = space_at.find(path); it != space_at.end())
            return it->second;
        return std::nullopt;
    }
};

} // namespace h2k::test
