// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/image/flatten.h"
#include "convert/image/image.h"
#include "convert/image/new_file.h"
#include "convert/image/node.h"
#include "convert/image/qemu_img.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t longest_backing_name = 1023; // QEMU's docs/interop/qcow2.txt, "Header"

bool is_standalone(std::span<const Image> chain) {
    return chain.size() == 1 && !chain.front().window && chain.front().format != DiskFormat::vhd &&
           !is_differencing(chain.front());
}

/// The name of the chain in a qcow2 header.
Result<std::string> backing_name(std::span<const Image> chain) {
    if (is_standalone(chain))
        return chain.front().path;
    return block_node(chain);
}

/// Can QEMU use all of the chain as the backing of an overlay?
bool can_back_overlay(std::span<const Image> chain, const std::string &name) {
    if (name.size() > longest_backing_name)
        return false;
    // QEMU follows the backing file that an image names, unless the node below directly names a file.
    return std::ranges::none_of(chain.subspan(1),
                                [](const Image &image) { return image.window && image.format != DiskFormat::raw; });
}

/// Creates the overlay with the chain as its backing; a single image whose name is too long is copied instead.
Result<> create_on(const std::string &overlay, std::span<const Image> chain, const std::string &name,
                   GCancellable *cancel) {
    if (name.size() > longest_backing_name)
        return copy_lowest(overlay, chain.back(), cancel);
    // The backing format is written into the overlay: no later reader of the chain has to guess it.
    return run_qemu_img({"create", "-q", "-f", "qcow2", "-o", "compat=1.1,lazy_refcounts=off", "-F",
                         facts_of(chain.front().format).driver, "-b", name, overlay},
                        overlay, nullptr, cancel);
}

Result<> require_size(const std::string &overlay, const Image &below) {
    const auto facts = H2K_TRY(read_qcow2_facts(overlay));
    if (facts.bytes == below.bytes)
        return {};
    return fail(
        H2K_ERROR_SOURCE,
        _("QEMU reads “%s” as a disk of %" G_GUINT64_FORMAT " bytes, but its metadata says %" G_GUINT64_FORMAT "."),
        below.path.c_str(), guint64{facts.bytes}, guint64{below.bytes});
}

Result<> resize(const std::string &overlay, std::uint64_t bytes, GCancellable *cancel) {
    return run_qemu_img({"resize", "-q", "--shrink", "-f", "qcow2", overlay, std::to_string(bytes)}, overlay, nullptr,
                        cancel);
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

/// Creates the overlay on the lowest image, which is not a differencing one, and copies what the others hold into it.
Result<> collapse(const std::string &overlay, std::span<const Image> chain, GCancellable *cancel) {
    const auto &lowest = chain.back();
    H2K_CHECK(check_links(chain));
    const auto name = H2K_TRY(backing_name(chain.last(1)));
    H2K_CHECK(create_on(overlay, chain.last(1), name, cancel));
    H2K_CHECK(require_size(overlay, lowest));
    if (chain.front().bytes != lowest.bytes)
        H2K_CHECK(resize(overlay, chain.front().bytes, cancel));
    return chain.size() == 1 ? Result<>{} : write_links(overlay, chain.first(chain.size() - 1), cancel);
}

Result<> create_or_collapse(const std::string &overlay, std::span<const Image> chain, GCancellable *cancel) {
    if (std::ranges::any_of(chain, is_differencing))
        return collapse(overlay, chain, cancel);
    const auto name = H2K_TRY(backing_name(chain));
    return can_back_overlay(chain, name) ? create_on(overlay, chain, name, cancel) : collapse(overlay, chain, cancel);
}

} // namespace

bool opens_by_path(const Disk &disk) { return is_standalone(chain_of(disk)); }

Result<> create_overlay(const std::string &overlay, const Disk &below, GCancellable *cancel) {
    const auto path = absolute_path(overlay);
    const auto chain = chain_of(below);
    auto file = H2K_TRY(NewFile::create(path));
    H2K_CHECK(create_or_collapse(path, chain, cancel));
    H2K_CHECK(require_size(path, chain.front()));
    file.keep();
    return {};
}

Result<> grow_overlay(const std::string &overlay, std::uint64_t bytes, GCancellable *cancel) {
    const auto path = absolute_path(overlay);
    const auto facts = H2K_TRY(read_qcow2_facts(path));
    if (bytes < facts.bytes)
        return fail(H2K_ERROR_USAGE,
                    _("A disk of %" G_GUINT64_FORMAT " bytes cannot be shrunk to %" G_GUINT64_FORMAT " bytes."),
                    guint64{facts.bytes}, guint64{bytes});
    return bytes == facts.bytes ? Result<>{} : resize(path, bytes, cancel);
}

} // namespace h2k
