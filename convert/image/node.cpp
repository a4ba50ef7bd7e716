// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/node.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/image/vmdk_text.h"
#include "convert/model/json.h"
#include <sys/stat.h>

namespace h2k {

namespace {

constexpr std::uint64_t sector = 512;

/// Bytes of the window for QEMU, which requires whole sectors: rounded up if the file is long enough, else none, which
/// means up to its end.
std::optional<std::uint64_t> whole_sectors(const Image &image) {
    const auto &window = *image.window;
    if (window.length % sector == 0)
        return window.length;
    const auto rounded = window.length + (sector - window.length % sector);
    struct stat st{};
    const bool known =
        (image.held ? fstat(image.held.get(), &st) : stat(image.path.c_str(), &st)) == 0 && st.st_size >= 0;
    const std::uint64_t end = known ? static_cast<std::uint64_t>(st.st_size) : 0;
    if (window.offset > end || rounded > end - window.offset)
        return std::nullopt;
    return rounded;
}

/// An image of a chain, and QEMU's name for its file.
struct Named {
    const Image *image;
    std::string file;
    std::string replayed{}; ///< for that of Image::replayed; empty: it has none
};

void write_file_node(JsonWriter &out, const std::string &name) {
    out.object("file", [&] {
        out.member("driver", "file");
        out.member("filename", name);
    });
}

/// The members of a node of the driver "raw" that describe the window.
void write_window(JsonWriter &out, const Named &named) {
    out.member("driver", "raw");
    if (named.image->window) {
        out.member("offset", named.image->window->offset);
        if (const auto size = whole_sectors(*named.image))
            out.member("size", *size);
    }
    write_file_node(out, named.file);
}

/// The file of an image: where it has a log, with the changes in that.
void write_file(JsonWriter &out, const Named &named) {
    if (named.replayed.empty() && !named.image->window)
        return write_file_node(out, named.file);
    if (named.replayed.empty())
        return out.object("file", [&] { write_window(out, named); });
    out.object("file", [&] {
        out.member("driver", "qcow2");
        write_file_node(out, named.replayed);
        out.object("backing", [&] { write_window(out, named); });
    });
}

void write_node(JsonWriter &out, std::span<const Named> chain) {
    const auto &named = chain.front();
    const auto &image = *named.image;
    if (image.format == DiskFormat::raw)
        return write_window(out, named);
    out.member("driver", facts_of(image.format).driver);
    // Else QEMU uses the geometry for most writers, which cuts off the end of a disk that is not a multiple of it.
    if (image.format == DiskFormat::vhd)
        out.member("force_size_calc", "current_size");
    write_file(out, named);
    if (chain.size() > 1)
        out.object("backing", [&] { write_node(out, chain.subspan(1)); });
    else if (facts_of(image.format).has_backing)
        out.member("backing", nullptr);
}

Result<std::vector<Named>> with_names(std::span<const Image> chain, QemuFiles &files) {
    std::vector<Named> all;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const auto &image = chain[i];
        const bool last = i + 1 == chain.size();
        if (!last && !facts_of(image.format).has_backing)
            return fail(H2K_ERROR_SOURCE, _("“%s” is a %s image, which cannot have a backing file."),
                        printable(image.path).c_str(), name_of(image.format));
        if (image.extents.empty())
            all.push_back({&image, H2K_TRY(files.name_of(image)),
                           image.replayed ? files.name_of(image.replayed, image.path) : std::string{}});
        else
            all.push_back(
                {&image,
                 files.name_of(H2K_TRY(vmdk_text_for(image, last ? "" : chain[i + 1].identity, files)), image.path)});
    }
    return all;
}

} // namespace

std::vector<Image> chain_of(const Disk &disk) {
    std::vector<Image> chain{disk.top};
    chain.insert(chain.end(), disk.below.begin(), disk.below.end());
    for (auto &image : chain)
        image.path = absolute_path(image.path);
    return chain;
}

bool is_differencing(const Image &image) {
    return !facts_of(image.format).has_backing && image.subformat == "differencing";
}

Result<std::string> block_node(std::span<const Image> chain, QemuFiles &files) {
    const auto named = H2K_TRY(with_names(chain, files));
    JsonWriter out;
    out.object([&] { write_node(out, named); });
    return "json:" + std::string{trim(out.text(true))};
}

} // namespace h2k
