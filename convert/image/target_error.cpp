// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/target_error.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include <cerrno>

namespace h2k {

std::unexpected<Error> cannot_write(const std::string &target, int why) {
    const auto folder = folder_of(target);
    switch (why) {
    case ENOSPC: return fail(H2K_ERROR_TARGET, _("No space is left in “%s”."), folder.c_str());
    case EDQUOT: return fail(H2K_ERROR_TARGET, _("The disk quota is used up in “%s”."), folder.c_str());
    case EFBIG:
        return fail(H2K_ERROR_TARGET, _("The file system of “%s” cannot hold a file as large as the disk."),
                    folder.c_str());
    case EROFS: return fail(H2K_ERROR_TARGET, _("“%s” is on a read-only file system."), folder.c_str());
    default: return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s."), target.c_str(), g_strerror(why));
    }
}

} // namespace h2k
