// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/confine/program/warm.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/confine/warm/kept_file.h"
#include "convert/confine/warm/recording.h"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t longest_facts = 1u << 16;

/// A regular file of libguestfs's, opened for reading.
Result<Descriptor> open_regular(const std::string &path) {
    Descriptor file{open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)};
    struct stat st{};
    if (!file || fstat(file.get(), &st) != 0)
        return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fail(H2K_ERROR_FAILED, "%s: not a file", path.c_str());
    return file;
}

/// Stays open in QEMU, which we become.
Result<int> inherited(Descriptor file) {
    if (fcntl(file.get(), F_SETFD, 0) != 0)
        return fail(H2K_ERROR_FAILED, "fcntl: %s", g_strerror(errno));
    return file.release();
}

Result<std::vector<std::string>> restored(const Orders &orders, const std::vector<std::string> &arguments) {
    const auto line = H2K_TRY(read_appliance_line(arguments));
    const auto facts = H2K_TRY(facts_of(orders.program.front(), orders.library, line));
    const auto folder = orders.recordings + "/" + key_of(facts);
    if (read_kept(folder, facts_name, longest_facts).value_or("") != facts)
        return fail(H2K_ERROR_FAILED, "%s: no recording fits", orders.recordings.c_str());
    auto overlay = H2K_TRY(open_kept(folder, overlay_name)), root = H2K_TRY(open_regular(line.root)),
         state = H2K_TRY(open_kept(folder, state_name));
    RestoringParts parts{.hold = orders.wake};
    parts.overlay = H2K_TRY(inherited(std::move(overlay)));
    parts.root = H2K_TRY(inherited(std::move(root)));
    parts.state = H2K_TRY(inherited(std::move(state)));
    return restoring_arguments(line, parts);
}

} // namespace

Result<> start_warm(Orders &orders) {
    const std::vector arguments(orders.program.begin() + 1, orders.program.end());
    if (std::ranges::find(arguments, "-kernel") == arguments.end())
        return {};
    if (!orders.learn.empty()) {
        H2K_CHECK(write_file(orders.learn, join(arguments, std::string_view{"\0", 1})));
        return fail(H2K_ERROR_FAILED, "the command line is noted");
    }
    if (orders.recordings.empty())
        return {};
    const auto words = H2K_TRY(restored(orders, arguments));
    orders.program.erase(orders.program.begin() + 1, orders.program.end());
    orders.program.insert(orders.program.end(), words.begin(), words.end());
    return {};
}

} // namespace h2k
