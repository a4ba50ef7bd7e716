// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/package_kind.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

Result<CarryPlan> PackageKind::describe_text(const std::string &name, std::string_view, const Members &,
                                             const Request &) const {
    return fail(H2K_ERROR_SOURCE, _("“%s” does not describe a machine."), printable(name).c_str());
}

const PackageKind *description_kind(const std::string &name, std::string_view text) {
    const auto small = lower(name);
    for (const auto *kind : package_kinds())
        if (std::ranges::any_of(kind->suffixes(), [&](std::string_view suffix) { return small.ends_with(suffix); }) &&
            kind->is_description(text))
            return kind;
    return nullptr;
}

std::optional<std::string> Members::similar(const std::string &name) const {
    if (!similar_)
        similar_.emplace(names());
    return similar_->find(name);
}

Disk packed_disk(Fetch fetch) {
    Disk disk;
    for (const auto &piece : fetch.pieces)
        if (disk.files.empty() || disk.files.back() != piece.path)
            disk.files.push_back(piece.path);
    disk.fetch = std::move(fetch);
    return disk;
}

} // namespace h2k
