// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/part/file.h"
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/stat.h>
#include <unistd.h>
#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

namespace h2k {

template <> struct Release<fuse_session> {
    void operator()(fuse_session *p) const noexcept { fuse_session_destroy(p); }
};

namespace {

constexpr double for_ever = 1e6; ///< seconds: nobody else changes the file

struct File {
    Bytes &part;
    bool writes;
    std::string bytes; ///< of the read that runs
};

/// As an errno.
int errno_of(const Result<> &done) { return done ? 0 : EIO; }

File &file_of(fuse_req_t request) { return *static_cast<File *>(fuse_req_userdata(request)); }

struct stat status_of(const File &file) {
    struct stat st{};
    st.st_ino = FUSE_ROOT_ID;
    st.st_mode = S_IFREG | (file.writes ? 0600 : 0400);
    st.st_nlink = 1;
    st.st_uid = geteuid();
    st.st_gid = getegid();
    st.st_size = static_cast<off_t>(file.part.size());
    return st;
}

void get_status(fuse_req_t request, fuse_ino_t, fuse_file_info *) {
    const auto st = status_of(file_of(request));
    fuse_reply_attr(request, &st, for_ever);
}

void open_file(fuse_req_t request, fuse_ino_t, fuse_file_info *info) {
    if ((info->flags & O_ACCMODE) != O_RDONLY && !file_of(request).writes) {
        fuse_reply_err(request, EROFS);
        return;
    }
    info->keep_cache = 1;
    fuse_reply_open(request, info);
}

void read_file(fuse_req_t request, fuse_ino_t, std::size_t size, off_t offset, fuse_file_info *) {
    auto &file = file_of(request);
    const auto at = static_cast<std::uint64_t>(offset);
    const auto end = file.part.size();
    file.bytes.resize(at < end ? std::min<std::uint64_t>(size, end - at) : 0);
    if (!file.bytes.empty() && !file.part.read(at, file.bytes))
        fuse_reply_err(request, EIO);
    else
        fuse_reply_buf(request, file.bytes.data(), file.bytes.size());
}

void write_file(fuse_req_t request, fuse_ino_t, const char *bytes, std::size_t size, off_t offset, fuse_file_info *) {
    auto &file = file_of(request);
    const auto at = static_cast<std::uint64_t>(offset);
    const auto end = file.part.size();
    const auto count = at < end ? std::min<std::uint64_t>(size, end - at) : 0; // as on a block device
    const int why = !file.writes ? EROFS : count == 0 ? ENOSPC : errno_of(file.part.write(at, {bytes, count}));
    if (why != 0)
        fuse_reply_err(request, why);
    else
        fuse_reply_write(request, count);
}

void punch_hole(fuse_req_t request, fuse_ino_t, int mode, off_t offset, off_t length, fuse_file_info *) {
    auto &file = file_of(request);
    if (!file.writes)
        fuse_reply_err(request, EROFS);
    else if (mode != (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE))
        fuse_reply_err(request, EOPNOTSUPP);
    else
        fuse_reply_err(request, errno_of(file.part.discard(static_cast<std::uint64_t>(offset),
                                                           static_cast<std::uint64_t>(length))));
}

void flush(fuse_req_t request) {
    auto &file = file_of(request);
    fuse_reply_err(request, file.writes ? errno_of(file.part.flush()) : 0);
}

/// The rest is ENOSYS.
constexpr fuse_lowlevel_ops calls{
    .getattr = get_status,
    .open = open_file,
    .read = read_file,
    .write = write_file,
    .flush = [](fuse_req_t request, fuse_ino_t, fuse_file_info *) { flush(request); },
    .fsync = [](fuse_req_t request, fuse_ino_t, int, fuse_file_info *) { flush(request); },
    .fallocate = punch_hole,
};

} // namespace

Result<> serve_file(Bytes &part, bool writes, int fuse) {
    File file{.part = part, .writes = writes, .bytes = {}};
    std::string name = "virt-hyper2kvm-part";
    char *words[]{name.data(), nullptr};
    fuse_args arguments{.argc = 1, .argv = words, .allocated = 0};
    const Owned<fuse_session> session{fuse_session_new(&arguments, &calls, sizeof calls, &file)};
    // Names the descriptor of what is mounted already: fuse_session_mount() in <fuse_lowlevel.h>.
    const auto mounted = "/dev/fd/" + std::to_string(fuse);
    if (!session || fuse_session_mount(session.get(), mounted.c_str()) != 0)
        return fail(H2K_ERROR_FAILED, "the file system cannot be served");
    const int ended = fuse_session_loop(session.get());
    if (writes)
        H2K_CHECK(part.flush());
    if (ended != 0)
        return fail(H2K_ERROR_FAILED, "the file system ended: %s", g_strerror(std::abs(ended)));
    return {};
}

} // namespace h2k
