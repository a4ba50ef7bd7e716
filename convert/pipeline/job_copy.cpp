// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/pipeline/disk_copy.h"
#include "convert/pipeline/job.h"
#include <algorithm>
#include <set>
#include <unistd.h>

namespace h2k {

namespace {

/// Disks that are copied side by side.  More readers than this only wait for each other's blocks.
std::size_t copies_at_once() { return std::clamp<std::size_t>(g_get_num_processors(), 1, 4); }

bool is_of_file(const Digest &digest, const std::string &path) {
    return digest.algorithm == G_CHECKSUM_SHA256 && digest.from.pieces.size() == 1 &&
           digest.from.pieces.front().path == path && !digest.from.pieces.front().window;
}

} // namespace

/// What the conversion of each disk has to read, hash and write.
std::vector<DiskCopy> Job::copies() const {
    const auto &target = report_.plan->target.disks;
    std::vector<DiskCopy> all(target.size());
    std::set<std::string> hashed;
    for (std::size_t i = 0; i < target.size(); ++i) {
        auto &copy = all[i];
        copy.conversion = {.from = overlay(i),
                           .to = made(i),
                           .format = target[i].top.format,
                           .compression = wish_.compression,
                           .level = wish_.compression_level,
                           .preallocation = wish_.preallocation};
        copy.checksum = wish_.checksum;
        // What belongs to no disk is small, and read with the first one.
        std::ranges::copy_if(report_.carry->digests, std::back_inserter(copy.digests),
                             [&](const Digest &digest) { return digest.disk.value_or(0) == i; });
        if (!wish_.checksum)
            continue;
        for (const auto &[file, identity] : source_files_) {
            const bool ours = std::ranges::find(sources_of_[i], file) != sources_of_[i].end();
            const bool promised = std::ranges::any_of(copy.digests, [&](const auto &d) { return is_of_file(d, file); });
            if (ours && !promised && hashed.insert(file).second)
                copy.inputs.push_back(file);
        }
    }
    return all;
}

Result<> Job::convert() {
    if (report_.action == Action::revert)
        return commit();
    const auto &source = report_.carry->source.disks;
    const auto &target = report_.plan->target.disks;
    for (std::size_t i = 0; i < target.size(); ++i)
        if (target[i].top.bytes > source[i].top.bytes)
            H2K_CHECK(tools_.grow_overlay(overlay(i), target[i].top.bytes, cancel_));
    auto all = copies();
    const auto copy = [&](const Task &task) -> Result<> {
        H2K_CHECK(copy_disk(all[task.index], tools_, task));
        unlink(overlay(task.index).c_str());
        return {};
    };
    const auto tell = [&](double part) { progress_->step(name_of(Stage::convert), part, ""); };
    H2K_CHECK(in_parallel(all.size(), copies_at_once(), copy, tell, cancel_));
    for (std::size_t i = 0; i < all.size(); ++i) {
        unlink(unpacked(i).c_str());
        report_.checksums.insert(report_.checksums.end(), all[i].found.begin(), all[i].found.end());
        result_sha256_.push_back(all[i].result_sha256);
    }
    H2K_CHECK(make_seed_iso());
    return require_same_source();
}

} // namespace h2k
