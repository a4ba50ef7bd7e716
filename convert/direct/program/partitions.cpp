// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/partitions.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/direct/program/table_ranges.h"
#include "convert/direct/program/tags.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::uint64_t unit = 512; ///< of libblkid's offsets and sizes, on any disk
constexpr unsigned most_number = 255;

std::string text(const char *value) { return value ? exported(value) : std::string{}; }

std::string upper(const std::string &name) { return Owned<char>{g_ascii_strup(name.c_str(), -1)}.get(); }

/// Nullopt: it does not lie on a disk of @disk_bytes, and Linux leaves it out or cuts it.
std::optional<Partition> partition_of(blkid_partition raw, std::uint64_t disk_bytes, unsigned sector_bytes) {
    const auto start = static_cast<std::uint64_t>(blkid_partition_get_start(raw)),
               size = static_cast<std::uint64_t>(blkid_partition_get_size(raw));
    const int number = blkid_partition_get_partno(raw);
    if (number < 1 || number > static_cast<int>(most_number) || size == 0 || start == 0 || start > disk_bytes / unit ||
        size > disk_bytes / unit - start)
        return std::nullopt;
    Partition made{.number = static_cast<unsigned>(number),
                   .offset = start * unit,
                   .bytes = size * unit,
                   .content = size * unit,
                   .uuid = text(blkid_partition_get_uuid(raw)),
                   .name = text(blkid_partition_get_name(raw)),
                   .type = {}};
    if (const char *type = blkid_partition_get_type_string(raw))
        made.type = upper(text(type));
    else
        made.type = sentence("0x%x", static_cast<unsigned>(blkid_partition_get_type(raw)));
    if (blkid_partition_is_extended(raw))
        made.content = std::min<std::uint64_t>(made.bytes, std::max<std::uint64_t>(2 * unit, sector_bytes));
    return made;
}

bool is_table(blkid_parttable table, std::string_view type) {
    const char *name = table ? blkid_parttable_get_type(table) : nullptr;
    return name && name == type;
}

/// Why the partitions that libblkid finds may be others than those of Linux.
std::string difference(blkid_partlist list, const TableRanges &ranges, const std::string &disk) {
    if (ranges.dynamic)
        return sentence(_("%s is a Windows dynamic disk"), disk.c_str());
    const auto unusual = sentence(_("the partition table of %s is of an unusual kind"), disk.c_str());
    auto *table = list ? blkid_partlist_get_table(list) : nullptr;
    if (!table)
        return ranges.mbr || ranges.protective ? unusual : std::string{};
    const int number = blkid_partlist_numof_partitions(list);
    const auto same_number = [&](unsigned used) { return static_cast<int>(used) == number; };
    if (is_table(table, "gpt"))
        return !ranges.gpt.empty() && std::ranges::all_of(ranges.gpt, same_number) ? std::string{} : unusual;
    if (!is_table(table, "dos"))
        return unusual;
    int logical = 0;
    for (int i = 0; i < number; ++i) {
        auto *partition = blkid_partlist_get_partition(list, i);
        if (!is_table(blkid_partition_get_table(partition), "dos"))
            return sentence(_("a partition of %s has partitions in it"), disk.c_str());
        logical += blkid_partition_is_logical(partition) ? 1 : 0;
    }
    const bool same = ranges.mbr == (number > 0) && ranges.logical && static_cast<int>(*ranges.logical) == logical;
    return same || number == 0 ? std::string{} : unusual;
}

} // namespace

Result<PartitionTable> read_partitions(Bytes &disk, Sample &sample, unsigned sector_bytes, const std::string &name) {
    PartitionTable table;
    if (disk.size() < unit)
        return table;
    const auto ranges = H2K_TRY(table_ranges(disk, sample.start(), sector_bytes));
    for (const auto &range : ranges.ranges)
        H2K_CHECK(sample.add(disk, range));
    const auto probe = probe_of(sample, sector_bytes);
    if (!probe)
        return fail(H2K_ERROR_FAILED, "%s", _("libblkid cannot examine a disk."));
    blkid_probe_enable_partitions(probe.get(), 1);
    auto *list = blkid_probe_get_partitions(probe.get()); // null: there is no table
    table.unfit = difference(list, ranges, name);
    for (int i = 0; list && i < blkid_partlist_numof_partitions(list); ++i) {
        auto made = partition_of(blkid_partlist_get_partition(list, i), disk.size(), sector_bytes);
        if (made)
            table.partitions.push_back(*std::move(made));
        else if (table.unfit.empty())
            table.unfit = sentence(_("a partition of %s does not lie on the disk"), name.c_str());
    }
    std::ranges::sort(table.partitions, {}, &Partition::number);
    return table;
}

} // namespace h2k
