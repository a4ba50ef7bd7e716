// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/node.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
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
    const bool known = stat(image.path.c_str(), &st) == 0 && st.st_size >= 0;
    const std::uint64_t end = known ? static_cast<std::uint64_t>(st.st_size) : 0;
    if (window.offset > end || rounded > end - window.offset)
        return std::nullopt;
    return rounded;
}

void write_file_node(JsonWriter &out, const Image &image) {
    out.object("file", [&] {
        out.member("driver", "file");
        out.member("filename", image.path);
    });
}

/// The members of a node of the driver "raw" that describe the window.
void write_window(JsonWriter &out, const Image &image) {
    out.member("driver", "raw");
    if (image.window) {
        out.member("offset", image.window->offset);
        if (const auto size = whole_sectors(image))
            out.member("size", *size);
    }
    write_file_node(out, image);
}

void write_node(JsonWriter &out, std::span<const Image> chain) {
    const auto &image = chain.front();
    if (image.format == DiskFormat::raw)
        return write_window(out, image);
    out.member("driver", facts_of(image.format).driver);
    // Else QEMU uses the geometry for most writers, which cuts off the end of a disk that is not a multiple of it.
    if (image.format == DiskFormat::vhd)
        out.member("force_size_calc", "current_size");
    if (image.window)
        out.object("file", [&] { write_window(out, image); });
    else
        write_file_node(out, image);
    if (chain.size() > 1)
        out.object("backing", [&] { write_node(out, chain.subspan(1)); });
    else if (facts_of(image.format).has_backing)
        out.member("backing", nullptr);
}

Result<> check_image_of_node(const Image &image, bool last) {
    if (!is_utf8(image.path))
        return fail(
            H2K_ERROR_SOURCE,
            _("The name of “%s” is not UTF-8, which QEMU supports only for a standalone image; rename the file."),
            printable(image.path).c_str());
    if (!last && !facts_of(image.format).has_backing)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a %s image, which cannot have a backing file."),
                    printable(image.path).c_str(), name_of(image.format));
    return {};
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
    return (image.format == DiskFormat::vhd || image.format == DiskFormat::vhdx) && image.subformat == "differencing";
}

Result<std::string> block_node(std::span<const Image> chain) {
    for (const auto &image : chain)
        H2K_CHECK(check_image_of_node(image, &image == &chain.back()));
    JsonWriter out;
    out.object([&] { write_node(out, chain); });
    return "json:" + std::string{trim(out.text(true))};
}

} // namespace h2k
