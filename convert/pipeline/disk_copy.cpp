// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/disk_copy.h"
#include <thread>

namespace h2k {

namespace {

/// How far hashing may run before the conversion: far enough that it never waits long, near enough to share the cache.
constexpr double lead = 0.02;
constexpr gulong pause = 20'000; // microseconds

Result<std::string> hash(const std::vector<Piece> &pieces, GChecksumType algorithm, const Toolbox &tools,
                         const Task &task) {
    const auto wait = [&](double done) {
        while (done > task.fraction + lead && !g_cancellable_is_cancelled(task.cancel))
            g_usleep(pause);
    };
    return tools.digest(pieces, algorithm, wait, task.cancel);
}

/// All that is to be hashed of one disk's source, one after the other.
Result<> hash_source(DiskCopy &copy, const Toolbox &tools, const Task &task) {
    for (const auto &digest : copy.digests) {
        auto value = H2K_TRY(hash(digest.from.pieces, digest.algorithm, tools, task));
        H2K_CHECK(require_digest(digest, value));
        copy.found.push_back(
            {.path = digest.name, .algorithm = digest.algorithm, .value = std::move(value), .promised = true});
    }
    for (const auto &file : copy.inputs)
        copy.found.push_back({.path = file.path, .value = H2K_TRY(hash({file}, G_CHECKSUM_SHA256, tools, task))});
    return {};
}

} // namespace

Result<> copy_disk(DiskCopy &copy, const Toolbox &tools, const Task &task) {
    Result<> hashed;
    {
        std::jthread hashing;
        if (!copy.digests.empty() || !copy.inputs.empty())
            hashing = std::jthread{[&] {
                hashed = hash_source(copy, tools, task);
                if (!hashed)
                    g_cancellable_cancel(task.cancel); // nothing else has to be copied
            }};
        auto converted =
            tools.convert(copy.conversion, [&](double fraction) { task.fraction = fraction; }, task.cancel);
        task.fraction = 1;
        if (hashing.joinable())
            hashing.join();
        // A cancelled hash is a consequence of what else failed, and the other way round.
        if (!hashed && !hashed.error().is(H2K_ERROR_CANCELLED))
            return std::unexpected(std::move(hashed).error());
        if (!converted)
            return converted;
    }
    H2K_CHECK(std::move(hashed));
    if (copy.checksum)
        copy.result_sha256 = H2K_TRY(tools.digest(
            {{.path = copy.conversion.to, .window = std::nullopt}}, G_CHECKSUM_SHA256, [](double) {}, task.cancel));
    return {};
}

} // namespace h2k
