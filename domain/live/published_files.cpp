// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/live/published_files.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

Result<> sync_to_disk(const std::string &path, int flags) {
    if (const int why = sync_path(path, flags); why != 0)
        return fail(H2K_ERROR_TARGET, _("Cannot write “%s” to the disk: %s."), path.c_str(), g_strerror(why));
    return {};
}

} // namespace

std::optional<PublishedFiles::Identity> PublishedFiles::identity_of(const std::string &path) {
    struct statx st{};
    // A file system without birth times leaves them 0.
    constexpr unsigned mask = STATX_TYPE | STATX_INO | STATX_BTIME;
    if (statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, mask, &st) != 0 || !S_ISREG(st.stx_mode))
        return std::nullopt;
    return Identity{st.stx_dev_major, st.stx_dev_minor, st.stx_ino, st.stx_btime.tv_sec, st.stx_btime.tv_nsec};
}

Result<> PublishedFiles::add(const std::string &made, const std::string &final_path) {
    const auto identity = identity_of(made);
    if (!identity)
        return fail(H2K_ERROR_FAILED, _("The finished image “%s” does not exist."), made.c_str());
    H2K_CHECK(sync_to_disk(made, O_NOFOLLOW));
    H2K_CHECK(publish(made, final_path));
    entries_.push_back({final_path, *identity});
    return sync_to_disk(folder_of(final_path), O_DIRECTORY);
}

void PublishedFiles::remove_all() {
    for (const Entry &entry : entries_)
        if (identity_of(entry.path) == entry.identity)
            unlink(entry.path.c_str());
    entries_.clear();
}

} // namespace h2k
