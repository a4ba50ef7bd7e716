// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/small_iso.h"
#include "convert/base/i18n.h"
#include "convert/image/new_file.h"
#include "convert/image/target_error.h"
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <fstream>
#include <memory>

namespace h2k {

template <> struct Release<archive> {
    void operator()(archive *p) const noexcept { archive_write_free(p); }
};
template <> struct Release<archive_entry> {
    void operator()(archive_entry *p) const noexcept { archive_entry_free(p); }
};

namespace {

la_ssize_t append(archive *, void *into, const void *bytes, std::size_t count) {
    static_cast<std::string *>(into)->append(static_cast<const char *>(bytes), count);
    return static_cast<la_ssize_t>(count);
}

bool set_format(archive *writer, const std::string &label) {
    const auto option = [&](const char *name, const char *value) {
        return archive_write_set_format_option(writer, "iso9660", name, value) == ARCHIVE_OK;
    };
    return archive_write_set_format_iso9660(writer) == ARCHIVE_OK && option("volume-id", label.c_str()) &&
           option("rockridge", "useful") && option("joliet", "1") && option("pad", nullptr);
}

/// The files have no time stamps, so that the same seed gives the same files; the volume has its creation time.
bool add_file(archive *writer, const std::string &name, const std::string &content) {
    const Owned<archive_entry> entry{archive_entry_new()};
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0444);
    archive_entry_set_nlink(entry.get(), 1);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_mtime(entry.get(), 0, 0);
    archive_entry_set_atime(entry.get(), 0, 0);
    archive_entry_set_ctime(entry.get(), 0, 0);
    return archive_write_header(writer, entry.get()) == ARCHIVE_OK &&
           archive_write_data(writer, content.data(), content.size()) == static_cast<la_ssize_t>(content.size());
}

/// libarchive follows ECMA-119, which allows only capitals in the label.  cloud-init expects it as mkisofs writes it
/// (cloud-init documentation, "NoCloud").
bool name_volume(std::string &iso, const std::string &label) {
    constexpr std::size_t descriptor = 16 * 2048, identifier = descriptor + 40,
                          length = 32; // ECMA-119, 6.2.1 and 8.4.7
    if (label.size() > length || iso.size() < identifier + length || iso.compare(descriptor, 6, "\1CD001") != 0)
        return false;
    iso.replace(identifier, length, label + std::string(length - label.size(), ' '));
    return true;
}

} // namespace

Result<> write_small_iso(const std::string &path, const std::string &label,
                         const std::vector<std::pair<std::string, std::string>> &files) {
    std::string iso;
    const Owned<archive> writer{archive_write_new()};
    bool good = set_format(writer.get(), label) &&
                archive_write_set_bytes_per_block(writer.get(), 2048) == ARCHIVE_OK &&
                archive_write_open(writer.get(), &iso, nullptr, append, nullptr) == ARCHIVE_OK;
    for (const auto &[name, content] : files)
        good = good && add_file(writer.get(), name, content);
    good = good && archive_write_close(writer.get()) == ARCHIVE_OK && name_volume(iso, label);
    if (!good) {
        const char *why = archive_error_string(writer.get());
        return fail(H2K_ERROR_FAILED, _("Cannot create the ISO image “%s”: %s."), label.c_str(), why ? why : "-");
    }
    auto file = H2K_TRY(NewFile::create(path));
    if (!(std::ofstream{path, std::ios::binary} << iso).flush())
        return cannot_write(path, errno);
    H2K_CHECK(file.sync());
    file.keep();
    return {};
}

} // namespace h2k
