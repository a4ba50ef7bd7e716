// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/vhdx/header.h"
#include "convert/format/vhdx/layout.h"
#include "convert/format/vhdx/log.h"
#include "convert/source/image/differencing.h"

namespace h2k {

namespace {

Result<ChainLink> read_link(const HostFile &stored) {
    const auto file = H2K_TRY(replay_vhdx_log(stored));
    const auto layout = H2K_TRY(read_vhdx(file));
    H2K_CHECK(check_vhdx_blocks(file, layout));
    ChainLink link{.image = {.path = file.path(),
                             .window = file.window(),
                             .format = DiskFormat::vhdx,
                             .subformat = layout.parent  ? "differencing"
                                          : layout.fixed ? "fixed"
                                                         : "dynamic",
                             .bytes = layout.bytes,
                             .identity = layout.identity,
                             .held = file.held(),
                             .has_log = !file.patches().empty()},
                   .parent = layout.parent};
    if (link.image.has_log)
        link.notices.warn("vhdx.not-closed",
                          sentence(_("“%s” was not closed properly, as after a power failure; its log is replayed, "
                                     "but not into the file."),
                                   file.name().c_str()));
    return link;
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
