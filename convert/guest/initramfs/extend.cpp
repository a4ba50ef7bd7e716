// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/initramfs/extend.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/guest/files/paths.h"
#include "convert/guest/initramfs/archive.h"
#include "convert/guest/initramfs/image.h"

namespace h2k {

namespace {

constexpr std::size_t piece_size = 2u << 20; ///< a message of the appliance's holds less than 4 MiB

Result<std::vector<ArchivedFile>> files_for(const GuestView &guest, const std::vector<InitramfsFile> &files) {
    std::vector<ArchivedFile> found;
    for (const auto &file : files) {
        auto &made = found.emplace_back(ArchivedFile{file.name, file.content});
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

Result<> append(const Handle &handle, const std::string &path, std::string_view bytes) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece_size, bytes.size()))) {
        const auto piece = bytes.substr(0, piece_size);
        if (guestfs_write_append(handle.call(&CallLimits::work), path.c_str(), piece.data(), piece.size()) < 0)
            return handle.failed(sentence(_("Writing “%s” in the guest"), path.c_str()));
    }
    return {};
}

} // namespace

Result<> extend_image(const Handle &handle, const GuestView &guest, const ExtendInitramfs &extend) {
    const auto path = H2K_TRY(resolve(handle, extend.image));
    const auto content = H2K_TRY(list_guest_image(handle, extend.image));
    const auto files = H2K_TRY(files_for(guest, extend.files));
    const auto archive = H2K_TRY(newc_archive(files, content.names));
    const auto tail = H2K_TRY(appended(archive, content.bytes, content.last));
    auto done = append(handle, path, tail);
    if (!done && handle.alive())
        guestfs_truncate_size(handle.call(), path.c_str(), static_cast<int64_t>(content.bytes));
    return done;
}

} // namespace h2k
