// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/nbd/disk.h"
#include "convert/base/i18n.h"
#include "convert/image/node.h"
#include "convert/image/qemu_img.h"
#include "convert/image/target_error.h"
#include <algorithm>
#include <cerrno>

namespace h2k {

namespace {

constexpr const char *allocation = LIBNBD_CONTEXT_BASE_ALLOCATION;
constexpr const char *depth = "qemu:allocation-depth"; // QEMU's docs/interop/nbd.txt
constexpr int poll_interval = 250;                     ///< milliseconds between checks for cancellation
constexpr std::uint64_t most_described = 1u << 30;     ///< bytes of one request without data

std::unexpected<Error> connection_failed() {
    const char *why = nbd_get_error();
    return fail(H2K_ERROR_FAILED, _("The connection to qemu-nbd failed: %s"), why ? why : "-");
}

/// Collects the first run of a reply.
struct Reply {
    const char *context;
    bool (*is_empty)(std::uint32_t state);
    NbdDisk::Extent run;
};

Reply reply_to(NbdDisk::Access access) {
    if (access == NbdDisk::Access::own)
        return {.context = depth, .is_empty = [](std::uint32_t state) { return state == 0; }, .run = {}};
    return {.context = allocation,
            .is_empty = [](std::uint32_t state) { return (state & LIBNBD_STATE_ZERO) != 0; },
            .run = {}};
}

int take_extents(void *to, const char *context, std::uint64_t, std::uint32_t *entries, std::size_t count, int *) {
    auto &[wanted, is_empty, run] = *static_cast<Reply *>(to);
    if (std::string_view{context} != wanted || run.length != 0)
        return 0;
    for (std::size_t i = 0; i + 1 < count; i += 2) {
        const bool empty = is_empty(entries[i + 1]);
        if (i > 0 && empty != run.empty)
            break;
        run.empty = empty;
        run.length += entries[i];
    }
    return 0;
}

} // namespace

Result<NbdDisk> NbdDisk::open(const Disk &image, Access access, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    QemuFiles files;
    const auto node = H2K_TRY(block_node(chain_of(image), files));
    std::vector<std::string> arguments;
    if (access == Access::own)
        arguments.insert(arguments.end(), {"--read-only", "--allocation-depth"});
    arguments.push_back(node);
    NbdDisk disk{image.top.path, access, H2K_TRY(NbdServer::start(arguments, std::move(files))), cancel};
    if (!disk.handle_)
        return connection_failed();
    H2K_CHECK(disk.connect());
    return disk;
}

std::unexpected<Error> NbdDisk::explain(const Finished &done) const {
    return explain_qemu("qemu-nbd", done, server_.files(), image_);
}

template <typename F> Result<> NbdDisk::poll_until(F &&done) {
    while (!done()) {
        if (is_lost())
            return lost();
        H2K_CHECK(check_cancelled(cancel_));
        if (nbd_poll(handle_.get(), poll_interval) < 0 && is_lost())
            return lost();
    }
    return {};
}

bool NbdDisk::is_lost() const { return nbd_aio_is_dead(handle_.get()) != 0 || nbd_aio_is_closed(handle_.get()) != 0; }

std::unexpected<Error> NbdDisk::lost() {
    handle_.reset();
    auto done = server_.wait(cancel_);
    if (!done)
        return std::unexpected(std::move(done).error());
    return explain(*done);
}

Result<> NbdDisk::connect() {
    auto *handle = handle_.get();
    if (nbd_add_meta_context(handle, reply_to(access_).context) != 0 ||
        nbd_aio_connect_socket(handle, server_.take_socket()) != 0)
        return is_lost() ? lost() : connection_failed(); // a server that refuses its image may have exited
    H2K_CHECK(poll_until([&] { return nbd_aio_is_ready(handle) != 0; }));
    const auto size = nbd_get_size(handle);
    if (size < 0)
        return connection_failed();
    size_ = static_cast<std::uint64_t>(size);
    return {};
}

Result<int> NbdDisk::outcome_of(std::int64_t cookie) {
    if (cookie < 0)
        return is_lost() ? Result<int>{lost()} : Result<int>{connection_failed()};
    int done = 0, why = 0;
    H2K_CHECK(poll_until([&] {
        done = nbd_aio_command_completed(handle_.get(), static_cast<std::uint64_t>(cookie));
        why = done < 0 ? nbd_get_errno() : 0;
        return done != 0;
    }));
    if (done > 0)
        return 0;
    if (is_lost())
        return lost();
    return why != 0 ? why : EIO;
}

Result<> NbdDisk::was_read(std::int64_t cookie) {
    const int why = H2K_TRY(outcome_of(cookie));
    if (why != 0)
        return fail(H2K_ERROR_SOURCE, _("The source cannot be read: %s"), g_strerror(why));
    return {};
}

Result<> NbdDisk::written(std::int64_t cookie) {
    const int why = H2K_TRY(outcome_of(cookie));
    if (why != 0)
        return cannot_write(image_, why);
    return {};
}

Result<> NbdDisk::read(std::uint64_t offset, std::span<char> to) {
    while (!to.empty()) {
        const auto part = to.first(std::min(to.size(), most_at_once));
        H2K_CHECK(was_read(nbd_aio_pread(handle_.get(), part.data(), part.size(), offset, NBD_NULL_COMPLETION, 0)));
        to = to.subspan(part.size());
        offset += part.size();
    }
    return {};
}

Result<> NbdDisk::write(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto part = bytes.substr(0, most_at_once);
        H2K_CHECK(written(nbd_aio_pwrite(handle_.get(), part.data(), part.size(), offset, NBD_NULL_COMPLETION, 0)));
        bytes.remove_prefix(part.size());
        offset += part.size();
    }
    return {};
}

Result<> NbdDisk::zero(std::uint64_t offset, std::uint64_t length) {
    while (length > 0) {
        const auto part = std::min(length, most_described);
        H2K_CHECK(written(nbd_aio_zero(handle_.get(), part, offset, NBD_NULL_COMPLETION, 0)));
        length -= part;
        offset += part;
    }
    return {};
}

Result<NbdDisk::Extent> NbdDisk::extent(std::uint64_t offset) {
    auto reply = reply_to(access_);
    const auto most = std::min(size_ - offset, most_described);
    H2K_CHECK(was_read(nbd_aio_block_status(handle_.get(), most, offset,
                                            {.callback = take_extents, .user_data = &reply, .free = nullptr},
                                            NBD_NULL_COMPLETION, 0)));
    if (reply.run.length == 0)
        return fail(H2K_ERROR_FAILED, _("qemu-nbd does not report which parts of “%s” hold data."), image_.c_str());
    // The reply may cover more than the request.
    reply.run.length = std::min(reply.run.length, size_ - offset);
    return reply.run;
}

Result<> NbdDisk::finish() {
    if (nbd_is_read_only(handle_.get()) == 0)
        H2K_CHECK(written(nbd_aio_flush(handle_.get(), NBD_NULL_COMPLETION, 0)));
    if (nbd_aio_disconnect(handle_.get(), 0) < 0)
        return connection_failed();
    while (!is_lost()) {
        H2K_CHECK(check_cancelled(cancel_));
        if (nbd_poll(handle_.get(), poll_interval) < 0)
            break;
    }
    handle_.reset();
    const auto done = H2K_TRY(server_.wait(cancel_));
    if (done.status != 0)
        return explain(done);
    return {};
}

} // namespace h2k
