// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/overlay.h"
#include "convert/base/text.h"
#include "convert/model/guest_links.h"
#include <algorithm>
#include <fnmatch.h>

namespace h2k {

StorageView::~StorageView() = default;

Result<std::vector<std::string>> StorageView::first_sectors() const { return std::vector<std::string>{}; }

GuestView::~GuestView() = default;

Result<FileSums> GuestView::sums(const std::string &path, std::uint64_t bytes) const {
    const auto content = H2K_TRY(read(path));
    if (!content)
        return FileSums{};
    FileSums sums{.bytes = content->size(), .part = {}, .whole = sha256_of(*content)};
    if (bytes <= content->size())
        sums.part = sha256_of(std::string_view{*content}.substr(0, bytes));
    return sums;
}

Result<std::optional<FreeSpace>> GuestView::space(const std::string &) const { return std::nullopt; }

Result<bool> GuestView::is_public(const std::string &) const { return true; }

Notices GuestView::notices() const { return {}; }

bool GuestView::is_planned(const std::string &) const { return false; }

Result<bool> GuestView::exists(const std::string &path) const { return !H2K_TRY(list(path)).empty(); }

Result<std::optional<std::string>> Overlay::read(const std::string &path) const {
    // The guest follows its own links by itself.
    const auto planned = [&](const std::string &at) -> Result<std::optional<std::string>> {
        const auto it = links_.find(at);
        return it == links_.end() ? std::nullopt : std::optional{it->second};
    };
    const auto real = H2K_TRY(follow_links(path, true, planned));
    if (!real)
        return std::nullopt;
    if (const auto it = changed_.find(*real); it != changed_.end())
        return it->second;
    return below_.read(*real);
}

Result<std::vector<std::string>> Overlay::list(const std::string &glob) const {
    auto found = H2K_TRY(below_.list(glob));
    const auto add = [&](const std::string &path) {
        if (fnmatch(glob.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
            found.push_back(path);
    };
    for (const auto &[path, content] : changed_)
        if (!content)
            std::erase(found, path);
    // With the folders that a new file needs.
    for (const auto &[path, content] : changed_)
        for (std::string at = content ? path : std::string{}; !at.empty(); at.resize(at.rfind('/')))
            add(at);
    for (const auto &[path, to] : links_)
        add(path);
    std::ranges::for_each(folders_, add);
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

Result<std::optional<std::string>> Overlay::link(const std::string &path) const {
    if (const auto it = links_.find(path); it != links_.end())
        return it->second;
    if (changed_.contains(path))
        return std::nullopt;
    return below_.link(path);
}

/// What no change touches may be too long to be read.
Result<std::string> Overlay::sha256(const std::string &path) const {
    if (!links_.contains(path) && !changed_.contains(path))
        return below_.sha256(path);
    const auto content = H2K_TRY(read(path));
    return content ? sha256_of(*content) : std::string{};
}

Result<FileSums> Overlay::sums(const std::string &path, std::uint64_t bytes) const {
    if (!links_.contains(path) && !changed_.contains(path))
        return below_.sums(path, bytes);
    return GuestView::sums(path, bytes);
}

Result<std::vector<std::string>> Overlay::initramfs_names(const std::string &path) const {
    auto names = below_.initramfs_names(path);
    if (const auto it = rebuilt_.find(path); it != rebuilt_.end()) {
        if (!names && !names.error().is(H2K_ERROR_CANCELLED))
            names = std::vector<std::string>{}; // rebuilt, even where it was unreadable before
        if (names)
            names->insert(names->end(), it->second.begin(), it->second.end());
    }
    return names;
}

/// What is copied from a file too long to be read is there all the same, and so is what comes from elsewhere.
Result<std::string> Overlay::content_of(const Effect &write) const {
    if (write.content)
        return *write.content;
    if (write.from.empty())
        return std::string{};
    auto copied = read(write.from);
    if (!copied && copied.error().is(H2K_ERROR_CANCELLED))
        return std::unexpected(std::move(copied).error());
    return copied ? copied->value_or("") : std::string{};
}

Result<> Overlay::apply_effect(const Effect &effect) {
    const auto put = [&](std::optional<std::string> content) {
        links_.erase(effect.path);
        changed_[effect.path] = std::move(content);
    };
    switch (effect.act) {
    case Act::write: put(H2K_TRY(content_of(effect))); break;
    case Act::remove: put(std::nullopt); break;
    case Act::make_folder: folders_.insert(effect.path); break;
    case Act::make_link:
        changed_[effect.path] = std::nullopt;
        links_[effect.path] = effect.to;
        break;
    case Act::rebuild:
    case Act::extend: {
        auto &names = rebuilt_[effect.path];
        names.insert(names.end(), effect.adds.begin(), effect.adds.end());
        break;
    }
    case Act::edit:
    case Act::label: break; // as far as can be seen, all stays as it was
    }
    return {};
}

Result<> Overlay::apply(const Change &change) {
    for (const auto &effect : facts_of(change).effects)
        H2K_CHECK(apply_effect(effect));
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
