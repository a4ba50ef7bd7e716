// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/screenshot.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include <charconv>
#include <optional>
#include <png.h>

namespace h2k {

namespace {

constexpr unsigned largest_side = 8192;

struct Bitmap {
    unsigned width = 0, height = 0;
    std::string_view pixels; ///< red, green, blue; a byte each
};

/// The next number of a PPM header; blanks and comments before it are skipped.
std::optional<unsigned> next_number(std::string_view &text) {
    while (!text.empty() && (text[0] == '#' || g_ascii_isspace(text[0])))
        text.remove_prefix(text[0] == '#' ? std::min(text.find('\n'), text.size()) : 1);
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{})
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<Bitmap> read_ppm(std::string_view text) {
    if (!text.starts_with("P6"))
        return std::nullopt;
    text.remove_prefix(2);
    const auto width = next_number(text), height = next_number(text), deepest = next_number(text);
    if (!width || !height || deepest != 255 || *width == 0 || *height == 0 || *width > largest_side ||
        *height > largest_side || text.empty())
        return std::nullopt;
    text.remove_prefix(1);
    if (text.size() < std::size_t{*width} * *height * 3)
        return std::nullopt;
    return Bitmap{.width = *width, .height = *height, .pixels = text};
}

} // namespace

Result<> write_png(std::string_view picture, const std::string &path) {
    if (picture.starts_with("\x89PNG\r\n"))
        return write_file(path, picture);
    const auto bitmap = read_ppm(picture);
    if (!bitmap)
        return fail(H2K_ERROR_FAILED, _("The screenshot of the guest is damaged."));
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = bitmap->width;
    image.height = bitmap->height;
    image.format = PNG_FORMAT_RGB;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::string png(size, '\0');
    if (png_image_write_to_memory(&image, png.data(), &size, 0, bitmap->pixels.data(), 0, nullptr) == 0)
        return fail(H2K_ERROR_FAILED, _("Cannot convert the screenshot to PNG: %s."), image.message);
    return write_file(path, std::string_view{png}.substr(0, size));
}

} // namespace h2k
