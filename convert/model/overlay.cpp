// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/overlay.h"
#include <algorithm>
#include <fnmatch.h>

namespace h2k {

StorageView::~StorageView() = default;
GuestView::~GuestView() = default;

Result<bool> GuestView::exists(const std::string &path) const { return !H2K_TRY(list(path)).empty(); }

Result<std::optional<std::string>> Overlay::read(const std::string &path) const {
    if (const auto it = changed_.find(path); it != changed_.end())
        return it->second;
    return below_.read(path);
}

Result<std::vector<std::string>> Overlay::list(const std::string &glob) const {
    auto found = H2K_TRY(below_.list(glob));
    for (const auto &[path, content] : changed_) {
        std::erase(found, path);
        if (content && fnmatch(glob.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
            found.push_back(path);
    }
    std::ranges::sort(found);
    return found;
}

Result<std::optional<std::string>> Overlay::link(const std::string &path) const {
    if (changed_.contains(path))
        return std::nullopt;
    return below_.link(path);
}

Result<std::vector<std::string>> Overlay::initramfs_names(const std::string &path) const {
    auto names = below_.initramfs_names(path);
    if (const auto it = rebuilt_.find(path); it != rebuilt_.end()) {
        if (!names && !names.error().is(H2K_ERROR_CANCELLED))
            names = std::vector<std::string>{}; // made anew, whatever was unreadable before
        if (names)
            names->insert(names->end(), it->second.begin(), it->second.end());
    }
    return names;
}

Result<> Overlay::apply(const Change &change) {
    std::visit(Match{
                   [&](const WriteFile &w) { changed_[w.path] = w.content; },
                   [&](const RemoveFile &r) { changed_[r.path] = std::nullopt; },
                   [](const RunInGuest &) {},
                   [&](const RebuildInitramfs &r) {
                       auto &names = rebuilt_[r.image];
                       for (const auto &module : r.modules)
                           names.push_back("usr/lib/modules/" + r.kernel + "/kernel/" + module + ".ko");
                   },
               },
               change.action);
    return {};
}

Result<Kept> Overlay::keep(const std::string &path, const std::string &copy) {
    if (!H2K_TRY(list(copy)).empty())
        return Kept::yes;
    const auto content = H2K_TRY(read(path));
    if (!content)
        return Kept::absent;
    changed_[copy] = content;
    return Kept::yes;
}

} // namespace h2k
