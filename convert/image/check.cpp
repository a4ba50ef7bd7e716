// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/subprocess.h"
#include "convert/image/image.h"
#include "convert/image/qemu_img.h"
#include <sys/stat.h>

namespace h2k {

namespace {

// Exit status of qemu-img check: qemu-img(1).
constexpr int corrupted = 2, leaking = 3;

std::unexpected<Error> of_wrong_size(const std::string &path, std::uint64_t is, std::uint64_t should_be) {
    return fail(H2K_ERROR_FAILED,
                _("“%s” holds a disk of %" G_GUINT64_FORMAT " bytes instead of %" G_GUINT64_FORMAT "."), path.c_str(),
                guint64{is}, guint64{should_be});
}

Result<> check_raw(const std::string &path, std::uint64_t bytes) {
    struct stat st{};
    if (stat(path.c_str(), &st) != 0)
        return fail(H2K_ERROR_FAILED, _("Cannot read “%s”: %s."), path.c_str(), g_strerror(errno));
    if (static_cast<std::uint64_t>(st.st_size) != bytes)
        return of_wrong_size(path, static_cast<std::uint64_t>(st.st_size), bytes);
    return {};
}

Result<> check_qcow2(const std::string &path, std::uint64_t bytes, GCancellable *cancel) {
    const auto facts = H2K_TRY(read_qcow2_facts(path));
    if (!facts.stand_alone)
        return fail(H2K_ERROR_FAILED, _("“%s” does not stand alone: it names a backing file."), path.c_str());
    if (facts.bytes != bytes)
        return of_wrong_size(path, facts.bytes, bytes);
    const auto done = H2K_TRY(run_command({.argv = {"qemu-img", "check", "-q", "-f", "qcow2", path}}, cancel));
    if (done.status == 0)
        return {};
    if (done.status == corrupted)
        return fail(H2K_ERROR_FAILED, _("“%s” is corrupt: qemu-img check found errors in it."), path.c_str());
    if (done.status == leaking)
        return fail(H2K_ERROR_FAILED, _("“%s” has leaked clusters, which a new image cannot have."), path.c_str());
    return fail(H2K_ERROR_FAILED, _("qemu-img check could not look at “%s”: status %d."), path.c_str(), done.status);
}

} // namespace

Result<> check_image(const std::string &path, DiskFormat format, std::uint64_t bytes, GCancellable *cancel) {
    const auto whole = absolute_path(path);
    switch (format) {
    case DiskFormat::raw: return check_raw(whole, bytes);
    case DiskFormat::qcow2: return check_qcow2(whole, bytes, cancel);
    case DiskFormat::vmdk:
    case DiskFormat::vhd:
    case DiskFormat::vhdx:
    case DiskFormat::vdi: break;
    }
    return fail(H2K_ERROR_USAGE, _("Only qcow2 and raw images are checked."));
}

} // namespace h2k
