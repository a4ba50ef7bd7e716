// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/vhd/layout.h"
#include "convert/source/image/differencing.h"

namespace h2k {

namespace {

const char *subformat_of(VhdType type) {
    switch (type) {
    case VhdType::fixed: return "fixed";
    case VhdType::dynamic: return "dynamic";
    case VhdType::differencing: return "differencing";
    }
    return "";
}

Result<ChainLink> read_link(const HostFile &file) {
    const auto layout = H2K_TRY(read_vhd(file));
    H2K_CHECK(check_vhd_blocks(file, layout));
    ChainLink link{.image = {.path = file.path(),
                             .window = file.window(),
                             .format = DiskFormat::vhd,
                             .subformat = subformat_of(layout.type),
                             .bytes = layout.bytes,
                             .identity = layout.id,
                             .held = file.held()},
                   .parent = layout.parent};
    if (layout.saved_state)
        link.notices.warn("vhd.saved-state",
                          sentence(_("“%s” belongs to a machine that was suspended; its last writes may be missing."),
                                   file.name().c_str()));
    return link;
}

class Vhd final : public ImageKind {
  public:
    DiskFormat format() const override { return DiskFormat::vhd; }
    bool recognises(const HostFile &file, std::string_view head) const override {
        return is_sparse_vhd(head) || ends_as_vhd(file);
    }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view, const Fence &fence) const override {
        return describe_chain(*this, file, fence, read_link);
    }
};

} // namespace

const ImageKind &vhd_kind() {
    static const Vhd kind;
    return kind;
}

} // namespace h2k
