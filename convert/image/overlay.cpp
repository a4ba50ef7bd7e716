// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/image/image.h"
#include "convert/image/new_file.h"
#include "convert/image/node.h"
#include "convert/image/overlay/flatten.h"
#include "convert/image/overlay/new_qcow2.h"
#include "convert/image/overlay/replay.h"
#include "convert/image/qemu_img.h"
#include "convert/image/ranges/qcow2_writer.h"
#include <algorithm>

namespace h2k {

namespace {

/// Can QEMU use all of the chain as the backing of an overlay?
bool can_back_overlay(std::span<const Image> chain) {
    if (std::ranges::any_of(chain, is_differencing))
        return false;
    // QEMU follows the backing file that an image names, unless the node below directly names a file.
    return std::ranges::none_of(chain.subspan(1),
                                [](const Image &image) { return image.window && image.format != DiskFormat::raw; });
}

Result<> check_links(std::span<const Image> chain) {
    const auto can_be_written = [](const Image &image) {
        return is_differencing(image) || facts_of(image.format).has_backing;
    };
    if (is_differencing(chain.back()) || !std::ranges::all_of(chain.first(chain.size() - 1), can_be_written))
        return fail(H2K_ERROR_SOURCE, _("The chain of “%s” mixes formats or lacks its lowest image."),
                    printable(chain.front().path).c_str());
    return {};
}

/// The size of the disk as QEMU reads it.
Result<std::uint64_t> size_for_qemu(std::span<const Image> chain, GCancellable *cancel) {
    QemuFiles files;
    const auto node = H2K_TRY(block_node(chain, files));
    std::string said;
    H2K_CHECK(run_qemu_img(
        {"measure", "-O", "raw", node}, files, chain.front().path, [&](std::string_view chunk) { said += chunk; },
        cancel));
    constexpr std::string_view wanted = "fully allocated size: ";
    for (const auto &line : lines(said))
        if (line.starts_with(wanted))
            if (const auto bytes = parse_number<std::uint64_t>(std::string_view{line}.substr(wanted.size())))
                return *bytes;
    return fail(H2K_ERROR_FAILED, _("qemu-img does not say how large “%s” is."), printable(chain.front().path).c_str());
}

Result<> require_size(std::span<const Image> chain, GCancellable *cancel) {
    const auto &image = chain.front();
    const auto bytes = H2K_TRY(size_for_qemu(chain, cancel));
    if (bytes == image.bytes)
        return {};
    return fail(
        H2K_ERROR_SOURCE,
        _("QEMU reads “%s” as a disk of %" G_GUINT64_FORMAT " bytes, but its metadata says %" G_GUINT64_FORMAT "."),
        printable(image.path).c_str(), guint64{bytes}, guint64{image.bytes});
}

/// What a blank disk becomes: an image with nothing below it.
Result<Disk> create_blank(const std::string &path, const Disk &blank) {
    auto file = H2K_TRY(NewFile::create(path));
    Disk made = blank;
    made.blank = false;
    made.top = {.path = path, .format = DiskFormat::qcow2, .bytes = blank.top.bytes, .held = file.held()};
    H2K_CHECK(create_empty_qcow2(made.top));
    file.keep();
    return made;
}

} // namespace

Result<> create_empty_qcow2(const Image &image) {
    constexpr std::uint64_t sector = 512;
    const auto bytes = (image.bytes + sector - 1) / sector * sector;
    if (bytes > Qcow2Writer::most_bytes)
        return fail(H2K_ERROR_TARGET, _("A disk of %" G_GUINT64_FORMAT " bytes is too large for “%s”."),
                    guint64{image.bytes}, image.path.c_str());
    return Qcow2Writer{image.held, image.path, bytes}.finish();
}

bool is_standalone(const Disk &disk) {
    return disk.below.empty() && !disk.top.window && disk.top.extents.empty() && !disk.top.has_log &&
           !is_differencing(disk.top);
}

Result<Disk> create_overlay(const std::string &overlay, const Disk &below, GCancellable *cancel) {
    const auto path = absolute_path(overlay);
    if (below.blank)
        return create_blank(path, below);
    auto chain = chain_of(below);
    const bool whole = can_back_overlay(chain);
    if (!whole)
        H2K_CHECK(check_links(chain));
    const auto backing = std::span{chain}.last(whole ? chain.size() : 1);
    for (auto &image : backing)
        if (image.has_log && !image.replayed)
            H2K_CHECK(replay_log(image, path, cancel));
    H2K_CHECK(require_size(backing, cancel));
    auto file = H2K_TRY(NewFile::create(path));
    Disk made = below;
    made.top = {.path = path, .format = DiskFormat::qcow2, .bytes = chain.front().bytes, .held = file.held()};
    made.below.assign(backing.begin(), backing.end());
    H2K_CHECK(create_empty_qcow2(made.top));
    if (!whole && chain.size() > 1)
        H2K_CHECK(write_links(made, std::span{chain}.first(chain.size() - 1), cancel));
    file.keep();
    return made;
}

Result<> grow_overlay(Disk &overlay, std::uint64_t bytes, GCancellable *cancel) {
    if (bytes < overlay.top.bytes)
        return fail(H2K_ERROR_USAGE,
                    _("A disk of %" G_GUINT64_FORMAT " bytes cannot be shrunk to %" G_GUINT64_FORMAT " bytes."),
                    guint64{overlay.top.bytes}, guint64{bytes});
    if (bytes == overlay.top.bytes)
        return {};
    QemuFiles files;
    const auto node = H2K_TRY(block_node(chain_of(overlay), files));
    H2K_CHECK(run_qemu_img({"resize", "-q", node, std::to_string(bytes)}, files, overlay.top.path, nullptr, cancel));
    overlay.top.bytes = bytes;
    return {};
}

} // namespace h2k
