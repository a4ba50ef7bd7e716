// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/part/part.h"
#include "convert/base/text.h"
#include <algorithm>
#include <cerrno>

namespace h2k {

namespace {

/// A checker reads single blocks of a file system all over the disk, many of them beside each other.
constexpr std::uint64_t block_size = 128u << 10;
constexpr std::size_t most_blocks = 256;
constexpr std::uint64_t most_at_once = 1u << 30; ///< bytes of one request without data

/// The errno of the call of libnbd that just failed.
int why_failed() {
    const int why = nbd_get_errno();
    return why != 0 ? why : EIO;
}

std::unexpected<Error> cannot_connect() {
    const char *why = nbd_get_error();
    return fail(H2K_ERROR_FAILED, "the connection to the disk failed: %s", why ? why : "-");
}

} // namespace

Result<std::vector<PartExtent>> read_extents(std::span<const std::string> words) {
    std::vector<PartExtent> extents;
    std::uint64_t left = G_MAXINT64;
    for (const auto &word : words) {
        const auto parts = split(word, ':');
        const bool has_three = parts.size() == 3;
        const auto socket = has_three ? parse_number<unsigned>(parts[0], 0, G_MAXINT) : std::nullopt;
        const auto offset = has_three ? parse_number(parts[1], 0, G_MAXINT64) : std::nullopt;
        const auto length = has_three ? parse_number(parts[2], 1, left) : std::nullopt;
        if (!socket || !offset || !length)
            return fail(H2K_ERROR_USAGE, "%s: not SOCKET:OFFSET:LENGTH", word.c_str());
        extents.push_back({.socket = static_cast<int>(*socket), .offset = *offset, .length = *length});
        left -= *length;
    }
    if (extents.empty())
        return fail(H2K_ERROR_USAGE, "no bytes are named");
    return extents;
}

Result<nbd_handle *> Part::connect(int socket) {
    auto &disk = disks_[socket];
    if (!disk) {
        disk.reset(nbd_create());
        if (!disk || nbd_connect_socket(disk.get(), socket) != 0)
            return cannot_connect();
    }
    return disk.get();
}

Result<Part> Part::open(const std::vector<PartExtent> &extents) {
    Part part;
    for (const auto &extent : extents) {
        auto *disk = H2K_TRY(part.connect(extent.socket));
        const auto size = nbd_get_size(disk);
        if (size < 0)
            return cannot_connect();
        const auto bytes = static_cast<std::uint64_t>(size);
        if (extent.offset > bytes || extent.length > bytes - extent.offset)
            return fail(H2K_ERROR_USAGE, "the disk on socket %d ends before its part does", extent.socket);
        part.extents_.push_back({.disk = disk, .offset = extent.offset, .length = extent.length});
        part.size_ += extent.length;
    }
    return part;
}

bool Part::has(std::uint64_t offset, std::uint64_t length) const { return offset <= size_ && length <= size_ - offset; }

std::vector<Part::Run> Part::runs(std::uint64_t offset, std::uint64_t length) const {
    std::vector<Run> found;
    for (const auto &extent : extents_) {
        if (length == 0)
            break;
        if (offset >= extent.length) {
            offset -= extent.length;
            continue;
        }
        const auto count = std::min(length, extent.length - offset);
        found.push_back({.disk = extent.disk, .offset = extent.offset + offset, .length = count});
        length -= count;
        offset = 0;
    }
    return found;
}

Part::Block *Part::block(std::uint64_t number, int &why) {
    if (const auto known = cache_.find(number); known != cache_.end()) {
        known->second.used = ++clock_;
        return &known->second;
    }
    const auto start = number * block_size;
    Block made{.bytes = std::string(std::min(block_size, size_ - start), '\0'), .used = ++clock_};
    char *to = made.bytes.data();
    for (const auto &run : runs(start, made.bytes.size())) {
        if (nbd_pread(run.disk, to, run.length, run.offset, 0) != 0) {
            why = why_failed();
            return nullptr;
        }
        to += run.length;
    }
    if (cache_.size() >= most_blocks)
        cache_.erase(std::ranges::min_element(cache_, {}, [](const auto &entry) { return entry.second.used; }));
    return &cache_.emplace(number, std::move(made)).first->second;
}

int Part::read(std::uint64_t offset, std::span<char> to) {
    if (!has(offset, to.size()))
        return EINVAL;
    while (!to.empty()) {
        int why = 0;
        const auto *from = block(offset / block_size, why);
        if (!from)
            return why;
        const auto count = from->bytes.copy(to.data(), to.size(), offset % block_size);
        to = to.subspan(count);
        offset += count;
    }
    return 0;
}

void Part::forget(std::uint64_t offset, std::uint64_t length) {
    if (length > 0)
        cache_.erase(cache_.lower_bound(offset / block_size), cache_.upper_bound((offset + length - 1) / block_size));
}

void Part::update(std::uint64_t offset, std::string_view from) {
    while (!from.empty()) {
        const auto at = offset % block_size;
        const auto part = from.substr(0, block_size - at);
        if (const auto known = cache_.find(offset / block_size); known != cache_.end())
            std::ranges::copy(part, known->second.bytes.begin() + static_cast<std::ptrdiff_t>(at));
        from.remove_prefix(part.size());
        offset += part.size();
    }
}

int Part::write(std::uint64_t offset, std::string_view from) {
    if (!has(offset, from.size()))
        return EINVAL;
    auto rest = from;
    for (const auto &run : runs(offset, from.size())) {
        if (nbd_pwrite(run.disk, rest.data(), run.length, run.offset, 0) != 0) {
            const int why = why_failed();
            forget(offset, from.size()); // how much of it was written is not known
            return why;
        }
        rest.remove_prefix(run.length);
    }
    update(offset, from);
    return 0;
}

int Part::zero(std::uint64_t offset, std::uint64_t length) {
    if (!has(offset, length))
        return EINVAL;
    forget(offset, length);
    for (auto run : runs(offset, length)) {
        if (nbd_can_zero(run.disk) != 1)
            return EOPNOTSUPP;
        while (run.length > 0) {
            const auto count = std::min(run.length, most_at_once);
            if (nbd_zero(run.disk, count, run.offset, 0) != 0)
                return why_failed();
            run.offset += count;
            run.length -= count;
        }
    }
    return 0;
}

int Part::flush() {
    int why = 0;
    for (const auto &[socket, disk] : disks_)
        if (nbd_can_flush(disk.get()) == 1 && nbd_flush(disk.get(), 0) != 0)
            why = why_failed();
    return why;
}

} // namespace h2k
