// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/initramfs/extend.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/guest/files/files.h"
#include "convert/guest/files/paths.h"
#include "convert/guest/initramfs/archive.h"
#include "convert/guest/initramfs/image.h"

namespace h2k {

namespace {

Result<std::vector<ArchivedFile>> files_for(const GuestView &guest, const std::vector<InitramfsFile> &files) {
    std::vector<ArchivedFile> found;
    for (const auto &file : files) {
        auto &made = found.emplace_back(ArchivedFile{.name = file.name, .content = file.content});
        if (file.from.empty())
            continue;
        auto content = H2K_TRY(guest.read(file.from));
        if (!content)
            return fail(H2K_ERROR_FAILED, _("The guest does not have the file “%s”, which its initramfs is to hold."),
                        printable(file.from).c_str());
        made.content = *std::move(content);
    }
    return found;
}

} // namespace

Result<std::uint64_t> extend_image(FileCalls &calls, const GuestView &guest, const ExtendInitramfs &extend) {
    const auto path = H2K_TRY(resolve(calls, extend.image));
    const auto content = H2K_TRY(list_guest_image(calls, extend.image));
    const auto files = H2K_TRY(files_for(guest, extend.files));
    const auto archive = H2K_TRY(newc_archive(files, content.names));
    const auto tail = H2K_TRY(appended(archive, content.bytes, content.last));
    auto done = append_to(calls, path, tail);
    if (!done && calls.alive())
        (void)calls.truncate(path, content.bytes);
    H2K_CHECK(std::move(done));
    return content.bytes;
}

} // namespace h2k
