// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/held_file.h"
#include <cerrno>
#include <fcntl.h>

namespace h2k {

constexpr int first_number = 16;

HeldFile::HeldFile(Descriptor file) {
    if (file && file.get() < first_number)
        file = Descriptor{fcntl(file.get(), F_DUPFD_CLOEXEC, first_number)};
    file_ = std::make_shared<const Descriptor>(std::move(file));
}

Result<HeldFile> HeldFile::open(const std::string &path, int flags) {
    Descriptor file{::open(path.c_str(), flags | O_CLOEXEC)};
    if (!file)
        return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(errno));
    return HeldFile{std::move(file)};
}

} // namespace h2k
