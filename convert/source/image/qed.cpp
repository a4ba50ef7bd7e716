// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/source/image_kind.h"

namespace h2k {

namespace {

class Qed final : public ImageKind {
  public:
    DiskFormat format() const override { return DiskFormat::qed; }
    bool recognises(const HostFile &, std::string_view head) const override {
        return head.starts_with(facts_of(DiskFormat::qed).magics.front().bytes);
    }
    /// Source: docs/interop/qed_spec.txt of QEMU.
    Result<DescribedDisk> describe(const HostFile &file, std::string_view head, const Fence &) const override {
        constexpr std::size_t header_size = 64;
        constexpr std::uint64_t backing_file = 1;
        if (head.size() < header_size)
            return truncated(file, "QED");
        if (little_endian<std::uint64_t>(head, 16) & backing_file)
            return fail(H2K_ERROR_SOURCE, _("“%s” is a QED image with a backing file, which is not supported."),
                        file.name().c_str());
        DescribedDisk found;
        found.disk.top = {
            .path = file.path(), .format = DiskFormat::qed, .bytes = little_endian<std::uint64_t>(head, 48)};
        found.disk.files = {file.path()};
        if (found.disk.top.bytes == 0 || found.disk.top.bytes > largest_disk || found.disk.top.bytes % sector_size != 0)
            return fail(H2K_ERROR_SOURCE, _("“%s” is a QED image with an invalid size."), file.name().c_str());
        return found;
    }
};

} // namespace

const ImageKind &qed_kind() {
    static const Qed kind;
    return kind;
}

} // namespace h2k
