// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/initramfs/known_images.h"
#include "convert/base/messages.h"
#include <algorithm>
#include <iterator>

namespace h2k {

namespace {

constexpr std::uint64_t most_kept = 64u << 20; ///< bytes, of all images together

std::string_view bytes_of(const Owned<GMappedFile> &image) {
    return {g_mapped_file_get_contents(image.get()), g_mapped_file_get_length(image.get())};
}

} // namespace

Result<InitramfsContent> KnownImages::list(Owned<GMappedFile> image, const std::string &name, GCancellable *cancel) {
    const auto bytes = bytes_of(image);
    InitramfsContent content;
    for (const auto &known : known_)
        if (known.content.bytes > content.bytes && bytes.starts_with(bytes_of(known.image)))
            content = known.content;
    if (content.bytes != 0 && content.bytes == bytes.size())
        return content;
    auto more = H2K_TRY(list_initramfs(bytes.substr(content.bytes), name, cancel));
    std::ranges::move(more.names, std::back_inserter(content.names));
    content.last = std::move(more.last);
    content.bytes = bytes.size();
    keep({std::move(image), content});
    return content;
}

Result<InitramfsContent> KnownImages::list(const FileCalls &calls, const std::string &path) {
    return list(H2K_TRY(fetch_image(calls, path)), printable(path), calls.cancel());
}

/// The newest first, without those that it begins with.
void KnownImages::keep(Known known) {
    if (known.content.bytes > most_kept)
        return;
    std::erase_if(known_, [&](const auto &old) { return bytes_of(known.image).starts_with(bytes_of(old.image)); });
    known_.insert(known_.begin(), std::move(known));
    std::uint64_t bytes = 0;
    std::erase_if(known_, [&](const auto &old) { return (bytes += old.content.bytes) > most_kept; });
}

} // namespace h2k
