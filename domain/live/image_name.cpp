// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/live/image_name.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "domain/device_name.h"
#include <cerrno>
#include <unistd.h>

namespace h2k {

std::string image_name(const Machine &target, std::size_t index) {
    const auto suffix = std::string{"."} + name_of(target.disks[index].top.format);
    return target.name + (target.disks.size() > 1 ? "-" + device_name("vd", index) : "") + suffix;
}

std::string iso_name(const Machine &target, const IsoImage &iso) {
    if (iso.seed)
        return target.name + "-cidata.iso";
    return target.name + "-cdrom" + (iso.drive == 0 ? std::string{} : std::to_string(iso.drive)) + ".iso";
}

Result<> check_image_names(const Machine &target) {
    // 255 bytes is the longest file name; the rest is for "-vdaaa.qcow2" and "-cdrom511.iso".
    if (target.name.empty() || target.name.size() > 240 || target.name.contains('/'))
        return fail(H2K_ERROR_USAGE, _("“%s” cannot be part of a file name."), target.name.c_str());
    return {};
}

Result<> require_free(const std::string &path) {
    if (path_exists(path))
        return fail(H2K_ERROR_TARGET, _("“%s” already exists."), path.c_str());
    return {};
}

Result<> require_writable(const std::string &folder) {
    if (access(folder.c_str(), W_OK | X_OK) != 0)
        return fail(H2K_ERROR_TARGET, _("Cannot write in “%s”: %s."), folder.c_str(), g_strerror(errno));
    return {};
}

} // namespace h2k
