// SPDX-License-Identifier: LGPL-2.1-or-later
//
// An I/O manager of libext2fs, as <ext2fs/ext2_io.h> describes it.
#include "convert/direct/program/ext/channel.h"
#include <cstring>
#include <memory>
#include <optional>
#include <string>

namespace h2k {

namespace {

io_manager manager();

/// What is behind a channel.
struct Medium {
    Bytes &bytes;
    bool only_changes = false;
};

/// A manager is given a name to open and nothing else: this is what the name means.
thread_local Bytes *to_open = nullptr;

Medium &medium_of(io_channel channel) { return *static_cast<Medium *>(channel->private_data); }

struct Place {
    std::uint64_t offset = 0;
    std::size_t size = 0;
};

/// @count: blocks or, where it is negative, bytes.
std::optional<Place> place_of(io_channel channel, unsigned long long block, long long count) {
    const auto block_size = static_cast<std::uint64_t>(channel->block_size);
    Place place;
    std::uint64_t size = 0;
    if (__builtin_mul_overflow(block, block_size, &place.offset) ||
        (count < 0 ? __builtin_sub_overflow(0ll, count, &size)
                   : __builtin_mul_overflow(static_cast<std::uint64_t>(count), block_size, &size)))
        return std::nullopt;
    const auto all = medium_of(channel).bytes.size();
    if (place.offset > all || size > all - place.offset)
        return std::nullopt;
    place.size = static_cast<std::size_t>(size);
    return place;
}

errcode_t open_channel(const char *name, int, io_channel *channel) {
    if (!to_open)
        return EXT2_ET_BAD_DEVICE_NAME;
    auto made = std::make_unique<struct_io_channel>();
    *made = {};
    made->magic = EXT2_ET_MAGIC_IO_CHANNEL;
    made->manager = manager();
    made->name = g_strdup(name);
    made->block_size = 1024;
    made->refcount = 1;
    made->private_data = std::make_unique<Medium>(Medium{.bytes = *to_open}).release();
    *channel = made.release();
    return 0;
}

errcode_t close_channel(io_channel channel) {
    if (--channel->refcount > 0)
        return 0;
    const std::unique_ptr<struct_io_channel> owned{channel};
    const std::unique_ptr<Medium> medium{&medium_of(channel)};
    const Owned<char> name{channel->name};
    return 0;
}

errcode_t set_block_size(io_channel channel, int size) {
    if (size <= 0)
        return EXT2_ET_INVALID_ARGUMENT;
    channel->block_size = size;
    return 0;
}

errcode_t read_blocks(io_channel channel, unsigned long long block, int count, void *to) {
    const auto place = place_of(channel, block, count);
    if (!place)
        return EXT2_ET_SHORT_READ;
    return medium_of(channel).bytes.read(place->offset, {static_cast<char *>(to), place->size}) ? 0 : EIO;
}

errcode_t write_blocks(io_channel channel, unsigned long long block, int count, const void *from) {
    const auto place = place_of(channel, block, count);
    if (!place)
        return EXT2_ET_SHORT_WRITE;
    auto &medium = medium_of(channel);
    if (medium.only_changes) {
        std::string there(place->size, '\0');
        if (medium.bytes.read(place->offset, there) && std::memcmp(there.data(), from, place->size) == 0)
            return 0;
    }
    return medium.bytes.write(place->offset, {static_cast<const char *>(from), place->size}) ? 0 : EIO;
}

errcode_t read_old(io_channel channel, unsigned long block, int count, void *to) {
    return read_blocks(channel, block, count, to);
}

errcode_t write_old(io_channel channel, unsigned long block, int count, const void *from) {
    return write_blocks(channel, block, count, from);
}

/// All is written by Bytes::flush(), when every file system of the guest is complete.
errcode_t flush_nothing(io_channel) { return 0; }

errcode_t discard_blocks(io_channel channel, unsigned long long block, unsigned long long count) {
    if (count > G_MAXINT64)
        return EXT2_ET_SHORT_WRITE;
    const auto place = place_of(channel, block, static_cast<long long>(count));
    if (!place)
        return EXT2_ET_SHORT_WRITE;
    return medium_of(channel).bytes.discard(place->offset, place->size) ? 0 : EIO;
}

errcode_t set_no_option(io_channel, const char *, const char *) { return EXT2_ET_INVALID_ARGUMENT; }

io_manager manager() {
    static struct_io_manager made = [] {
        struct_io_manager table{};
        table.magic = EXT2_ET_MAGIC_IO_MANAGER;
        table.name = "Bytes";
        table.open = open_channel;
        table.close = close_channel;
        table.set_blksize = set_block_size;
        table.read_blk = read_old;
        table.write_blk = write_old;
        table.flush = flush_nothing;
        table.set_option = set_no_option;
        table.read_blk64 = read_blocks;
        table.write_blk64 = write_blocks;
        table.discard = discard_blocks;
        table.zeroout = discard_blocks;
        return table;
    }();
    return &made;
}

} // namespace

errcode_t open_on(Bytes &bytes, int flags, Owned<struct_ext2_filsys> &fs) {
    to_open = &bytes;
    const auto error = ext2fs_open("guest", flags, 0, 0, manager(), out(fs));
    to_open = nullptr;
    return error;
}

OnlyChanges::OnlyChanges(struct_ext2_filsys &fs) : flag_(medium_of(fs.io).only_changes) { flag_ = true; }
OnlyChanges::~OnlyChanges() { flag_ = false; }

} // namespace h2k
