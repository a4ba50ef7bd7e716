// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/image/node.h"
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/isos.h"
#include "convert/pipeline/stages/stages.h"
#include "convert/source/source.h"
#include <algorithm>
#include <sys/stat.h>

namespace h2k {

namespace {

void add_file(std::vector<Piece> &files, const std::string &path, const HeldFile &held) {
    if (std::ranges::find(files, path, &Piece::path) == files.end())
        files.push_back({.path = path, .window = {}, .held = held});
}

/// The files of a disk's source, as they lie on the host, and as they were opened and checked.
std::vector<Piece> files_of(const Disk &disk) {
    std::vector<Piece> files;
    if (disk.blank)
        return files;
    if (disk.fetch)
        for (const auto &piece : disk.fetch->pieces)
            add_file(files, piece.path, piece.held);
    else
        for (const auto &image : chain_of(disk)) {
            add_file(files, image.path, image.held);
            for (const auto &extent : image.extents)
                add_file(files, extent.path, extent.held);
        }
    return files;
}

Result<> note_file(Run &run, const Piece &file) {
    if (std::ranges::find(run.source_files, file.path, &SourceFile::path) == run.source_files.end())
        run.source_files.push_back({file.path, file.held, H2K_TRY(identity_of(file.held.get()))});
    return {};
}

/// Was @digest of an ISO image that there is not?
bool is_of_nothing(const Run &run, const Digest &digest) {
    const auto is_of = [&](const IsoImage &iso) { return iso.fetch && iso.fetch->members == digest.from.members; };
    return digest.from.may_be_missing && std::ranges::none_of(run.carry->source.isos, is_of);
}

/// What was verified while unpacking is no longer in the list of digests that were @promised.
void note_verified(Run &run, const std::vector<Digest> &promised) {
    const auto &left = run.carry->digests;
    for (const auto &digest : promised)
        if (std::ranges::find(left, digest.name, &Digest::name) == left.end() && !is_of_nothing(run, digest))
            run.checksums.push_back(
                {.path = digest.name, .algorithm = digest.algorithm, .value = digest.expected, .promised = true});
}

/// Where the image of a packed disk is unpacked to: a folder of its own, where it has parts.
std::string image_path(const DiskWork &disk) {
    const auto &fetch = *disk.source.fetch;
    return fetch.parts.empty() ? disk.unpacked : disk.unpacked + "/" + fetch.name;
}

Result<> add_orders(std::vector<Unpacking> &orders, const DiskWork &disk) {
    const auto &fetch = *disk.source.fetch;
    orders.push_back({.from = fetch, .to = image_path(disk)});
    if (!fetch.parts.empty())
        H2K_CHECK(make_folder(disk.unpacked, S_IRWXU));
    for (const auto &part : fetch.parts)
        orders.push_back(
            {.from = {.pieces = fetch.pieces, .members = part.members, .name = part.name, .most = part.most},
             .to = disk.unpacked + "/" + part.name});
    return {};
}

/// Describes the unpacked images.
Result<> complete_disks(Run &run) {
    Notices notices;
    for (auto &disk : run.disks)
        if (disk.source.fetch)
            H2K_CHECK(complete_disk(disk.source, image_path(disk), run.request, notices, run.cancel));
    run.carry->notices.add(notices);
    run.say(notices);
    return {};
}

Result<> unpack_disks(Run &run) {
    std::vector<Unpacking> orders;
    for (const auto &disk : run.disks)
        if (disk.source.fetch)
            H2K_CHECK(add_orders(orders, disk));
    add_iso_orders(orders, run);
    auto &digests = run.carry->digests;
    const bool packed = std::ranges::any_of(digests, [](const Digest &d) { return !d.from.members.empty(); });
    if (orders.empty() && !packed)
        return {};
    const auto promised = digests;
    const auto progress = [&](double fraction) { run.show_progress(fraction); };
    H2K_CHECK(run.tools.unpack(orders, digests, progress, run.cancel));
    H2K_CHECK(complete_isos(run));
    note_verified(run, promised);
    return complete_disks(run);
}

/// Where the bytes of an ISO image are in the source.
std::vector<Piece> pieces_of(const IsoImage &iso) {
    if (!iso.environment.empty())
        return {};
    return iso.fetch ? iso.fetch->pieces : std::vector{iso.file};
}

} // namespace

/// Local disks stay where they are, as long as they are not packed.
Result<> fetch_disks(Run &run) {
    for (auto &disk : run.disks) {
        disk.files = files_of(disk.source);
        for (const auto &file : disk.files)
            H2K_CHECK(note_file(run, file));
    }
    for (const auto &iso : run.carry->source.isos)
        for (const auto &piece : pieces_of(iso))
            H2K_CHECK(note_file(run, piece));
    for (const auto &digest : run.carry->digests)
        for (const auto &piece : digest.from.pieces)
            H2K_CHECK(note_file(run, piece));
    H2K_CHECK(unpack_disks(run));
    return require_same_source(run);
}

Result<> require_same_source(Run &run) {
    for (const auto &file : run.source_files) {
        const auto now = identity_of(file.held.get());
        if (!now || *now != file.identity)
            return fail(H2K_ERROR_SOURCE, _("“%s” changed while it was read."), printable(file.path).c_str());
    }
    return {};
}

} // namespace h2k
