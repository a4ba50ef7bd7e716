// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"
#include <algorithm>
#include <filesystem>
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

/// The digests to verify with disk @index.  Files of no disk are small, and read with the first one.
std::vector<Digest> digests_of(const CarryPlan &carry, std::size_t index) {
    std::vector<Digest> digests;
    std::ranges::copy_if(carry.digests, std::back_inserter(digests),
                         [&](const Digest &digest) { return digest.disk.value_or(0) == index; });
    return digests;
}

/// The files of a disk without a digest in a manifest; one of several disks is @hashed once.
std::vector<Piece> files_to_hash(const DiskWork &disk, const std::vector<Digest> &promised,
                                 std::set<std::string> &hashed) {
    std::vector<Piece> files;
    for (const auto &file : disk.files) {
        const bool known =
            std::ranges::any_of(promised, [&](const auto &digest) { return is_of_file(digest, file.path); });
        if (!known && hashed.insert(file.path).second)
            files.push_back(file);
    }
    return files;
}

/// Space is free once nobody has the files open.
void release_files(Disk &disk) {
    const auto release = [](Image &image) {
        image.held = {};
        image.replayed = {};
        for (auto &extent : image.extents)
            extent.held = {};
    };
    release(disk.top);
    std::ranges::for_each(disk.below, release);
}

/// What the conversion of each disk has to read, hash and write.
std::vector<DiskCopy> copies_of(const Run &run) {
    const auto &request = run.request;
    std::vector<DiskCopy> all;
    std::set<std::string> hashed;
    for (const auto &disk : run.disks) {
        DiskCopy copy;
        copy.conversion = {.from = disk.overlay,
                           .to = disk.made,
                           .format = disk.target->top.format,
                           .compression = request.compression,
                           .preallocation = request.preallocation};
        copy.checksum = request.checksum;
        copy.digests = digests_of(*run.carry, all.size());
        if (request.checksum)
            copy.inputs = files_to_hash(disk, copy.digests, hashed);
        all.push_back(std::move(copy));
    }
    return all;
}

} // namespace

Result<> convert_disks(Run &run) {
    for (auto &disk : run.disks)
        if (disk.target->top.bytes > disk.source.top.bytes)
            H2K_CHECK(run.tools.grow_overlay(disk.overlay, disk.target->top.bytes, run.cancel));
    auto copies = copies_of(run);
    const auto copy = [&](const Task &task) -> Result<> {
        auto &order = copies[task.index];
        H2K_CHECK(copy_disk(order, run.tools, task));
        // Space is free once nobody has the file open.
        order.conversion.from = {};
        unlink(run.disks[task.index].overlay.top.path.c_str());
        run.disks[task.index].overlay = {};
        return {};
    };
    const auto progress = [&](double fraction) { run.show_progress(fraction); };
    H2K_CHECK(in_parallel(copies.size(), copies_at_once(), copy, progress, run.cancel));
    for (std::size_t i = 0; i < copies.size(); ++i) {
        std::error_code failed; // the work folder is removed with all that is left in it
        if (std::filesystem::remove_all(run.disks[i].unpacked, failed) > 0 && !failed)
            release_files(run.disks[i].source);
        run.checksums.insert(run.checksums.end(), copies[i].found.begin(), copies[i].found.end());
        run.disks[i].sha256 = copies[i].result_sha256;
    }
    return require_same_source(run);
}

} // namespace h2k
