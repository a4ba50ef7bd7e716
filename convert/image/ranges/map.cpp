// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/ranges/map.h"
#include "convert/base/text.h"
#include "convert/image/node.h"
#include "convert/image/qemu_img.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t longest_map = 32u << 20;

std::optional<std::uint64_t> number_of(std::string_view word, std::uint64_t most) {
    if (word.starts_with("0x"))
        return parse_number<std::uint64_t>(word.substr(2), 0, most, 16);
    return word == "0" ? std::optional<std::uint64_t>{0} : std::nullopt;
}

/// @from: where it may start at the earliest.
std::optional<FileRange> read_line(std::string_view line, std::span<const HeldFile> files, std::uint64_t from,
                                   std::uint64_t end) {
    const auto fields = words(std::string{line});
    if (fields.size() != 4)
        return std::nullopt;
    const auto file = std::ranges::find(files, fields[3], &HeldFile::name);
    const auto start = number_of(fields[0], end), length = number_of(fields[1], end),
               offset = number_of(fields[2], G_MAXINT64);
    if (file == files.end() || !start || !length || !offset || *start < from || *length > end - *start ||
        *length > G_MAXINT64 - *offset)
        return std::nullopt;
    return FileRange{.start = *start, .length = *length, .file = *file, .offset = *offset};
}

} // namespace

std::optional<std::vector<FileRange>> read_map(std::string_view text, std::span<const HeldFile> files,
                                               std::uint64_t disk_bytes) {
    std::vector<FileRange> ranges;
    std::uint64_t from = 0;
    if (!text.starts_with("Offset ") || !text.ends_with('\n'))
        return std::nullopt;
    for (text.remove_prefix(text.find('\n') + 1); !text.empty(); text.remove_prefix(text.find('\n') + 1)) {
        const auto range = read_line(text.substr(0, text.find('\n')), files, from, disk_bytes);
        if (!range)
            return std::nullopt;
        from = range->start + range->length;
        ranges.push_back(*range);
    }
    return ranges;
}

Result<std::optional<std::vector<FileRange>>> map_disk(const Disk &disk, GCancellable *cancel) {
    QemuFiles files;
    const auto node = H2K_TRY(block_node(chain_of(disk), files));
    std::string text;
    const auto take = [&](std::string_view chunk) {
        if (text.size() <= longest_map)
            text += chunk;
    };
    auto done = run_qemu_img({"map", node}, files, disk.top.path, take, cancel);
    if (!done && done.error().is(H2K_ERROR_CANCELLED))
        return std::unexpected(std::move(done).error());
    if (!done || text.size() > longest_map)
        return std::nullopt;
    return read_map(text, files.held(), disk.top.bytes);
}

} // namespace h2k
