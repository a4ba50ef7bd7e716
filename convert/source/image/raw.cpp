// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/magic.h"
#include "convert/source/image_kind.h"

namespace h2k {

namespace {

/// Is there an MBR with partitions of its own, and not the one that protects a GPT: UEFI 2.10, section 5.2.3?
bool has_mbr_partitions(std::string_view head) {
    constexpr std::size_t table = 446, entry = 16, type_at = 4, entries = 4;
    if (!head.substr(table + entries * entry).starts_with("\x55\xaa"))
        return false;
    for (std::size_t i = 0; i < entries; i++)
        if (head[table + i * entry + type_at] == '\xee')
            return false;
    return true;
}

/// A GPT has its header in the second sector: UEFI 2.10, section 5.3.1.
bool has_sectors_of_4096(std::string_view head) {
    constexpr std::string_view gpt = "EFI PART";
    return head.size() > large_sector_size && head.substr(large_sector_size).starts_with(gpt) &&
           !head.substr(sector_size).starts_with(gpt) && !has_mbr_partitions(head);
}

class Raw final : public ImageKind {
  public:
    DiskFormat format() const override { return DiskFormat::raw; }
    bool recognises(const HostFile &, std::string_view head) const override { return is_partitioned(head); }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view head, const Fence &) const override {
        if (file.size() > largest_disk)
            return fail(H2K_ERROR_SOURCE, _("“%s” is larger than 64 TiB."), file.name().c_str());
        DescribedDisk found;
        found.disk.top.path = file.path();
        found.disk.top.held = file.held();
        found.disk.top.format = DiskFormat::raw;
        found.disk.top.bytes = (file.size() + sector_size - 1) / sector_size * sector_size;
        found.disk.files.push_back(file.path());
        if (has_sectors_of_4096(head)) {
            found.disk.sector_bytes = large_sector_size;
            found.notices.note("raw.large-sectors",
                               sentence(_("“%s” is partitioned for sectors of 4096 bytes."), file.name().c_str()));
        }
        if (file.size() % found.disk.sector_bytes != 0)
            found.notices.warn("raw.partial-sector",
                               sentence(_("“%s” does not end with a whole sector of %u bytes; it may be truncated."),
                                        file.name().c_str(), found.disk.sector_bytes));
        return found;
    }
};

} // namespace

const ImageKind &raw_kind() {
    static const Raw kind;
    return kind;
}

} // namespace h2k
