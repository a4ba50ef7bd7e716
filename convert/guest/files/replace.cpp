// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/files/replace.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/guest/files/paths.h"
#include "convert/guest/named.h"

namespace h2k {

namespace {

constexpr unsigned permissions = 07777, others = 077;

} // namespace

Result<> set_attributes(FileCalls &calls, const FileAttributes &attributes, const std::string &part) {
    H2K_CHECK(named(calls.set_owner(part, attributes.owner.uid, attributes.owner.gid, attributes.mode & permissions),
                    sentence(_("Setting owner and mode of “%s” in the guest"), part.c_str())));
    label_like_folder(calls, part);
    return {};
}

Result<> replace_file(FileCalls &calls, const std::string &path, const std::optional<FileAttributes> &attributes,
                      const std::function<Result<>(const std::string &part)> &fill) {
    const auto folder = H2K_TRY(resolve(calls, folder_of(path)));
    H2K_CHECK(make_folders(calls, folder, attributes && !(attributes->mode & others) ? 0700 : 0755));
    const auto target = H2K_TRY(resolve(calls, path));
    const auto old = H2K_TRY(stat_of(calls, target, false));
    if (old && !is_regular(*old))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is not a regular file."), path.c_str());
    const auto part = part_of(target);
    (void)calls.remove(part);
    const auto make = [&]() -> Result<> {
        H2K_CHECK(fill(part));
        if (attributes && old && attributes->like_old)
            H2K_CHECK(named(calls.copy_attributes(target, part),
                            sentence(_("Copying owner, mode and labels to the new “%s”"), target.c_str())));
        else if (attributes)
            H2K_CHECK(set_attributes(calls, *attributes, part));
        return named(calls.rename(part, target), sentence(_("Writing “%s” in the guest"), target.c_str()));
    };
    auto made = make();
    // What a full or broken guest left half-written must not stay.
    if (!made && calls.alive())
        (void)calls.remove(part);
    return made;
}

} // namespace h2k
