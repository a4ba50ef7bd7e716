// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhdx/layout.h"
#include "convert/source/image/differencing.h"

namespace h2k {

namespace {

Result<ChainLink> read_link(const HostFile &file) {
    const auto layout = H2K_TRY(read_vhdx(file));
    H2K_CHECK(check_vhdx_blocks(file, layout));
    return ChainLink{.image = {.path = file.path(),
                               .window = file.window(),
                               .format = DiskFormat::vhdx,
                               .subformat = layout.parent  ? "differencing"
                                            : layout.fixed ? "fixed"
                                                           : "dynamic",
                               .bytes = layout.bytes,
                               .identity = layout.identity,
                               .held = file.held()},
                     .parent = layout.parent};
}

class Vhdx final : public ImageKind {
  public:
    DiskFormat format() const override { return DiskFormat::vhdx; }
    bool recognises(const HostFile &, std::string_view head) const override { return is_vhdx(head); }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view, const Fence &fence) const override {
        return describe_chain(*this, file, fence, read_link);
    }
};

} // namespace

const ImageKind &vhdx_kind() {
    static const Vhdx kind;
    return kind;
}

} // namespace h2k
