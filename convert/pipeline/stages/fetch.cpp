// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"
#include "convert/source/source.h"
#include <algorithm>
#include <unistd.h>

namespace h2k {

namespace {

/// The files of a disk's source, as they lie on the host.
std::vector<std::string> files_of(const Disk &disk) {
    if (!disk.fetch)
        return disk.files;
    std::vector<std::string> files;
    for (const auto &piece : disk.fetch->pieces)
        files.push_back(piece.path);
    return files;
}

Result<> note_file(Run &run, const std::string &file) {
    if (access(file.c_str(), R_OK) != 0)
        return fail(H2K_ERROR_SOURCE, _("Cannot read “%s”: %s."), file.c_str(), g_strerror(errno));
    const auto is_same = [&](const auto &known) { return known.first == file; };
    if (std::ranges::none_of(run.source_files, is_same))
        run.source_files.emplace_back(file, H2K_TRY(identity_of(file)));
    return {};
}

/// What was verified while unpacking is no longer in the list of digests that were @promised.
void note_verified(Run &run, const std::vector<Digest> &promised) {
    const auto &left = run.carry->digests;
    for (const auto &digest : promised)
        if (std::ranges::find(left, digest.name, &Digest::name) == left.end())
            run.checksums.push_back(
                {.path = digest.name, .algorithm = digest.algorithm, .value = digest.expected, .promised = true});
}

/// Describes the unpacked images.
Result<> complete_disks(Run &run) {
    Notices notices;
    for (auto &disk : run.disks)
        if (disk.source.fetch)
            H2K_CHECK(complete_disk(disk.source, disk.unpacked, notices));
    run.carry->notices.add(notices);
    run.say(notices);
    return {};
}

Result<> unpack_disks(Run &run) {
    std::vector<Unpacking> orders;
    for (const auto &disk : run.disks)
        if (disk.source.fetch)
            orders.push_back({.from = *disk.source.fetch, .to = disk.unpacked});
    auto &digests = run.carry->digests;
    const bool packed = std::ranges::any_of(digests, [](const Digest &d) { return !d.from.members.empty(); });
    if (orders.empty() && !packed)
        return {};
    const auto promised = digests;
    const auto progress = [&](double fraction) { run.show_progress(fraction); };
    H2K_CHECK(run.tools.unpack(orders, digests, progress, run.cancel));
    note_verified(run, promised);
    return complete_disks(run);
}

} // namespace

/// Local disks stay where they are, as long as they are not packed.
Result<> fetch_disks(Run &run) {
    for (auto &disk : run.disks) {
        disk.files = files_of(disk.source);
        for (const auto &file : disk.files)
            H2K_CHECK(note_file(run, file));
    }
    for (const auto &digest : run.carry->digests)
        for (const auto &piece : digest.from.pieces)
            H2K_CHECK(note_file(run, piece.path));
    H2K_CHECK(unpack_disks(run));
    return require_same_source(run);
}

Result<> require_same_source(Run &run) {
    for (const auto &[file, identity] : run.source_files) {
        const auto now = identity_of(file);
        if (!now || *now != identity)
            return fail(H2K_ERROR_SOURCE, _("“%s” changed while it was read."), file.c_str());
    }
    return {};
}

} // namespace h2k
