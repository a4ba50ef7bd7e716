// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/source/source_kind.h"

namespace h2k {

namespace {

/// Has the file a partition table: the boot signature of an MBR (which a GPT has too, as a protective one) or the
/// header of a GPT, for sectors of 512 or 4096 bytes?
bool is_partitioned(std::string_view head) {
    const auto has = [&](std::size_t at, std::string_view magic) {
        return at < head.size() && head.substr(at).starts_with(magic);
    };
    return has(510, "\x55\xaa") || has(512, "EFI PART") || has(4096, "EFI PART");
}

class Raw final : public SourceKind {
  public:
    DiskFormat format() const override { return DiskFormat::raw; }
    bool recognises(const HostFile &, std::string_view head) const override { return is_partitioned(head); }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view, const Fence &) const override {
        if (file.size() > largest_disk)
            return fail(H2K_ERROR_SOURCE, _("“%s” is larger than 64 TiB."), file.name().c_str());
        DescribedDisk found;
        found.disk.path = file.path();
        found.disk.format = DiskFormat::raw;
        found.disk.bytes = (file.size() + sector_size - 1) / sector_size * sector_size;
        found.disk.files.push_back(file.path());
        if (found.disk.bytes != file.size())
            found.warnings.push_back(sentence(
                _("“%s” does not end with a whole sector of 512 bytes; it may be truncated."), file.name().c_str()));
        return found;
    }
};

} // namespace

const SourceKind &raw_kind() {
    static const Raw kind;
    return kind;
}

} // namespace h2k
