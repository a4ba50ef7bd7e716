// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/image/chain.h"
#include "convert/base/i18n.h"
#include <algorithm>

namespace h2k {

void put_below(DescribedDisk &upper, const DescribedDisk &lower) {
    auto &disk = upper.disk;
    disk.below.push_back(lower.disk.top);
    disk.below.insert(disk.below.end(), lower.disk.below.begin(), lower.disk.below.end());
    disk.compressed.stored += lower.disk.compressed.stored;
    disk.compressed.unpacked += lower.disk.compressed.unpacked;
    for (const auto &file : lower.disk.files)
        if (std::ranges::find(disk.files, file) == disk.files.end())
            disk.files.push_back(file);
    upper.notices.add(lower.notices);
}

Result<> check_next(const DescribedDisk &chain, const HostFile &above, const HostFile &file) {
    const auto &below = chain.disk.below;
    if (chain.disk.top.path == file.path() || std::ranges::find(below, file.path(), &Image::path) != below.end())
        return fail(H2K_ERROR_SOURCE, _("The chain of images below “%s” is circular: it contains “%s” twice."),
                    above.name().c_str(), file.name().c_str());
    if (below.size() + 1 >= longest_chain)
        return fail(H2K_ERROR_SOURCE, _("The chain of images above “%s” is longer than %zu; consolidate it first."),
                    file.name().c_str(), longest_chain);
    return {};
}

} // namespace h2k
