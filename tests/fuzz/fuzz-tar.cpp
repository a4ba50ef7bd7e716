// SPDX-License-Identifier: LGPL-2.1-or-later
// The index of a tar archive, and what lies where it says.
#include "convert/source/archive/tar_index.h"
#include <fcntl.h>
#include <set>
#include <unistd.h>

using namespace h2k;

static void require(bool holds) {
    if (!holds)
        abort();
}

/// A file in memory with a name of its own, since a HostFile is opened by its path.
static std::string file_of(const unsigned char *data, std::size_t size) {
    const auto path = "/dev/shm/h2k-fuzz-tar-" + std::to_string(getpid());
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(fd >= 0 && write(fd, data, size) == static_cast<ssize_t>(size));
    close(fd);
    return path;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto path = file_of(data, size);
    const auto file = HostFile::open(path);
    unlink(path.c_str());
    require(file.has_value());
    const auto index = read_tar_index(*file);
    if (!index)
        return 0;
    std::set<std::string> names;
    std::uint64_t end = 0;
    for (const auto &member : index->members) {
        require(!member.name.empty() && !member.name.starts_with('/') && !member.name.contains('\0'));
        require(("/" + member.name + "/").find("/../") == std::string::npos && names.insert(member.name).second);
        if (member.packed)
            continue;
        // Members never share a byte.
        require(member.offset >= end && file->part(member.offset, member.size, member.name).has_value());
        end = member.offset + member.size;
    }
    return 0;
}
