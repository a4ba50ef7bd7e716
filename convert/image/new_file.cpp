// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/new_file.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/image/target_error.h"
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

Result<NewFile> NewFile::create(const std::string &path) {
    Descriptor file{open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!file && errno == EEXIST)
        return fail(H2K_ERROR_TARGET, _("“%s” already exists and is not overwritten."), path.c_str());
    if (!file)
        return fail(H2K_ERROR_TARGET, _("Cannot create “%s”: %s."), path.c_str(), g_strerror(errno));
    return NewFile{path, HeldFile{std::move(file)}};
}

NewFile::~NewFile() {
    if (!path_.empty())
        unlink(path_.c_str());
}

Result<> NewFile::sync() const {
    int why = fsync(held_.get()) == 0 ? 0 : errno;
    if (why == 0)
        why = sync_path(folder_of(path_), O_DIRECTORY);
    if (why != 0)
        return cannot_write(path_, why);
    return {};
}

} // namespace h2k
