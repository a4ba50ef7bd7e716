// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/magic.h"
#include "convert/source/image_kind.h"

namespace h2k {

namespace {

/// A GPT has its header in the second sector: UEFI 2.10, section 5.3.1.
bool has_sectors_of_4096(std::string_view head) {
    constexpr std::size_t large_sector = 4096;
    constexpr std::string_view gpt = "EFI PART";
    return head.size() > large_sector && head.substr(large_sector).starts_with(gpt) &&
           !head.substr(sector_size).starts_with(gpt);
}

class Raw final : public ImageKind {
  public:
    DiskFormat format() const override { return DiskFormat::raw; }
    bool recognises(const HostFile &, std::string_view head) const override { return is_partitioned(head); }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view head, const Fence &) const override {
        if (has_sectors_of_4096(head))
            return fail(
                H2K_ERROR_SOURCE,
                _("“%s” is partitioned for sectors of 4096 bytes, which are not supported; copy its system to a "
                  "disk with sectors of 512 bytes, or define a domain for it by hand, whose disk has “<blockio "
                  "logical_block_size='4096'/>”."),
                file.name().c_str());
        if (file.size() > largest_disk)
            return fail(H2K_ERROR_SOURCE, _("“%s” is larger than 64 TiB."), file.name().c_str());
        DescribedDisk found;
        found.disk.top.path = file.path();
        found.disk.top.held = file.held();
        found.disk.top.format = DiskFormat::raw;
        found.disk.top.bytes = (file.size() + sector_size - 1) / sector_size * sector_size;
        found.disk.files.push_back(file.path());
        if (found.disk.top.bytes != file.size())
            found.notices.warn("raw.partial-sector",
                               sentence(_("“%s” does not end with a whole sector of 512 bytes; it may be truncated."),
                                        file.name().c_str()));
        return found;
    }
};

} // namespace

const ImageKind &raw_kind() {
    static const Raw kind;
    return kind;
}

} // namespace h2k
