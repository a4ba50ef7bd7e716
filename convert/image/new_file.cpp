// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/new_file.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/image/target_error.h"
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

namespace {

int sync_path(const std::string &path, int flags) {
    const int fd = open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int why = fsync(fd) == 0 ? 0 : errno;
    // Some file systems cannot sync a folder; they have nothing to sync there either.
    if (why == EINVAL)
        why = 0;
    close(fd);
    return why;
}

} // namespace

Result<NewFile> NewFile::create(const std::string &path) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return fail(H2K_ERROR_TARGET, _("“%s” exists already and is not overwritten."), path.c_str());
    if (fd < 0)
        return fail(H2K_ERROR_TARGET, _("Cannot create “%s”: %s."), path.c_str(), g_strerror(errno));
    close(fd);
    return NewFile{path};
}

NewFile::~NewFile() {
    if (!path_.empty())
        unlink(path_.c_str());
}

Result<> NewFile::sync() const {
    int why = sync_path(path_, O_RDONLY);
    if (why == 0)
        why = sync_path(folder_of(path_), O_RDONLY | O_DIRECTORY);
    if (why != 0)
        return cannot_write(path_, why);
    return {};
}

} // namespace h2k
