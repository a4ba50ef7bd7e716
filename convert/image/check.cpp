// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/process/subprocess.h"
#include "convert/format/bytes.h"
#include "convert/format/host_file.h"
#include "convert/image/image.h"
#include "convert/image/node.h"
#include "convert/image/qemu_img.h"
#include <sys/stat.h>

namespace h2k {

namespace {

// Exit status of qemu-img check: qemu-img(1).
constexpr int corrupted = 2, leaking = 3;

// VirtualBox's src/VBox/Storage/VDICore.h: VDIPREHEADER::u32Signature and VDIHEADER1::cbDisk.
constexpr std::uint32_t vdi_magic = 0xbeda107f;
constexpr std::size_t vdi_magic_at = 0x40, vdi_size_at = 0x170, vdi_header_bytes = 512;

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

/// Runs qemu-img check on a new image.
Result<> check_tables(const HostFile &file, DiskFormat format, GCancellable *cancel) {
    const auto &path = file.path();
    const Command command{.argv = {"qemu-img", "check", "-q", "-f", facts_of(format).driver, file.held().name()},
                          .files = {file.held()}};
    const auto done = H2K_TRY(run_command(confined(command, for_images()), cancel));
    if (done.status == 0)
        return {};
    if (done.status == corrupted)
        return fail(H2K_ERROR_FAILED, _("“%s” is corrupt: qemu-img check found errors in it."), path.c_str());
    if (done.status == leaking)
        return fail(H2K_ERROR_FAILED, _("“%s” has leaked clusters, which a new image cannot have."), path.c_str());
    return fail(H2K_ERROR_FAILED, _("qemu-img check failed on “%s” with status %d."), path.c_str(), done.status);
}

Result<> check_qcow2(const std::string &path, std::uint64_t bytes, GCancellable *cancel) {
    const auto file = H2K_TRY(HostFile::open(path));
    const auto facts = H2K_TRY(read_qcow2_facts(file));
    if (!facts.standalone)
        return fail(H2K_ERROR_FAILED, _("“%s” is not a standalone image: it names a backing file."), path.c_str());
    if (facts.bytes != bytes)
        return of_wrong_size(path, facts.bytes, bytes);
    return check_tables(file, DiskFormat::qcow2, cancel);
}

Result<> check_vdi(const std::string &path, std::uint64_t bytes, GCancellable *cancel) {
    const auto file = H2K_TRY(HostFile::open(path));
    const auto header = H2K_TRY(file.read_some(0, vdi_header_bytes));
    if (little_endian<std::uint32_t>(header, vdi_magic_at) != vdi_magic)
        return fail(H2K_ERROR_FAILED, _("“%s” is not a VDI image."), path.c_str());
    const auto found = little_endian<std::uint64_t>(header, vdi_size_at);
    if (found != bytes)
        return of_wrong_size(path, found, bytes);
    return check_tables(file, DiskFormat::vdi, cancel);
}

} // namespace

Result<> check_image(const std::string &path, DiskFormat format, std::uint64_t bytes, GCancellable *cancel) {
    const auto whole = absolute_path(path);
    switch (format) {
    case DiskFormat::raw: return check_raw(whole, bytes);
    case DiskFormat::qcow2: return check_qcow2(whole, bytes, cancel);
    case DiskFormat::vdi: return check_vdi(whole, bytes, cancel);
    default: return fail(H2K_ERROR_USAGE, _("Only qcow2, raw and vdi images can be checked."));
    }
}

} // namespace h2k
