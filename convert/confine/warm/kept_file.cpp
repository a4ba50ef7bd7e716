// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/confine/warm/kept_file.h"
#include "convert/base/files.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

Result<Descriptor> require_own(Descriptor file, const std::string &path, mode_t kind) {
    struct stat st{};
    if (!file || fstat(file.get(), &st) != 0)
        return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(errno));
    if ((st.st_mode & S_IFMT) != kind || st.st_uid != geteuid() || (st.st_mode & 077) != 0)
        return fail(H2K_ERROR_FAILED, "%s: not private to this user", path.c_str());
    return file;
}

} // namespace

Result<Descriptor> open_kept(const std::string &folder, const char *name) {
    Descriptor above{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    above = H2K_TRY(require_own(std::move(above), folder, S_IFDIR));
    // A FIFO in its place would wait for a writer.
    Descriptor file{openat(above.get(), name, O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    return require_own(std::move(file), folder + "/" + name, S_IFREG);
}

Result<std::string> read_kept(const std::string &folder, const char *name, std::size_t limit) {
    const auto file = H2K_TRY(open_kept(folder, name));
    return read_file("/proc/self/fd/" + std::to_string(file.get()), limit);
}

} // namespace h2k
