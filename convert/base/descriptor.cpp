// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/descriptor.h"

namespace h2k {

int write_all(int fd, std::string_view bytes, std::optional<std::uint64_t> offset) {
    while (!bytes.empty()) {
        const ssize_t n = offset ? pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(*offset))
                                 : write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : ENOSPC;
        bytes.remove_prefix(static_cast<std::size_t>(n));
        if (offset)
            *offset += static_cast<std::uint64_t>(n);
    }
    return 0;
}

} // namespace h2k
