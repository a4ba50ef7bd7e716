// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/reaper/limits.h"
#include "convert/base/process/sanitized.h"
#include <algorithm>
#include <cerrno>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace h2k {

namespace {

/// Never above the limit that there is.
int limit(int what, std::uint64_t most) {
    const auto resource = static_cast<__rlimit_resource>(what);
    struct rlimit now{};
    if (getrlimit(resource, &now) != 0)
        return errno;
    now.rlim_max = std::min<rlim_t>(now.rlim_max, most);
    now.rlim_cur = std::min(now.rlim_cur, now.rlim_max);
    return setrlimit(resource, &now) == 0 ? 0 : errno;
}

} // namespace

int set_limits(const QemuLimits &limits) {
    if (const int failed = limit(RLIMIT_CORE, 0); failed != 0)
        return failed;
    if (const int failed = limit(RLIMIT_CPU, limits.cpu_seconds); failed != 0)
        return failed;
    if (const int failed = limit(RLIMIT_FSIZE, limits.file_size); failed != 0)
        return failed;
    if (const int failed = is_sanitized ? 0 : limit(RLIMIT_AS, limits.address_space); failed != 0)
        return failed;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

} // namespace h2k
