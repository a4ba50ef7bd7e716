// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/magic.h"
#include "convert/format/vdi/layout.h"
#include "convert/source/image/differencing.h"
#include "convert/source/registered_image.h"

namespace h2k {

namespace {

std::unexpected<Error> unknown_parent(const HostFile &file) {
    return fail(
        H2K_ERROR_SOURCE,
        _("“%s” is a snapshot of VirtualBox and holds only what changed since its parent, which only the settings of "
          "its machine name; name the .vbox file as the source, or copy the disk with “VBoxManage clonemedium THIS.vdi "
          "COPY.vdi” and name the copy."),
        file.name().c_str());
}

Result<VdiLayout> read_checked(const HostFile &file) {
    auto layout = H2K_TRY(read_vdi(file));
    H2K_CHECK(check_vdi_blocks(file, layout));
    return layout;
}

Image image_of(const HostFile &file, const VdiLayout &layout) {
    return {.path = file.path(),
            .window = file.window(),
            .format = DiskFormat::vdi,
            .subformat = layout.differencing ? "differencing"
                         : layout.fixed      ? "fixed"
                                             : "dynamic",
            .bytes = layout.bytes,
            .identity = layout.identity,
            .held = file.held()};
}

class Vdi final : public ImageKind {
  public:
    DiskFormat format() const override { return DiskFormat::vdi; }
    bool recognises(const HostFile &, std::string_view head) const override { return starts_as(head, format()); }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view, const Fence &) const override {
        const auto layout = H2K_TRY(read_checked(file));
        if (layout.differencing)
            return unknown_parent(file);
        DescribedDisk found;
        found.disk.top = image_of(file, layout);
        found.disk.files.push_back(file.path());
        return found;
    }
};

/// The images of a chain one after the other, from the top.
class RegisteredChain {
  public:
    explicit RegisteredChain(std::span<const RegisteredImage> chain) : left_(chain) {}

    [[nodiscard]] Result<ChainLink> read(const HostFile &file) {
        const auto layout = H2K_TRY(read_checked(file));
        ChainLink link{.image = image_of(file, layout)};
        if (left_.front().uuid != layout.identity)
            return fail(H2K_ERROR_SOURCE,
                        _("“%s” is not the image that the settings of its machine list: it has the UUID %s there, but "
                          "%s itself."),
                        file.name().c_str(), left_.front().uuid.c_str(), layout.identity.c_str());
        if (!expected_.empty() && expected_ != layout.modification)
            link.notices.warn("vdi.parent-changed",
                              sentence(_("“%s” was changed after a snapshot was based on it; files in the snapshot may "
                                         "be damaged."),
                                       file.name().c_str()));
        expected_ = layout.parent_modification;
        left_ = left_.subspan(1);
        if (layout.differencing && left_.empty())
            return unknown_parent(file);
        if (layout.differencing)
            link.parent = {.names = {left_.front().location}, .identities = {layout.parent}};
        return link;
    }

  private:
    std::span<const RegisteredImage> left_; ///< those that were not read yet; not empty where one is read
    std::string expected_;                  ///< what the modification of the next one has to be; empty: nothing
};

} // namespace

const ImageKind &vdi_kind() {
    static const Vdi kind;
    return kind;
}

Result<DescribedDisk> describe_registered(const HostFile &file, std::span<const RegisteredImage> chain,
                                          const std::function<Result<HostFile>(const std::string &location)> &open) {
    RegisteredChain images{chain};
    return describe_chain(vdi_kind(), file,
                          {.read = [&](const HostFile &one) { return images.read(one); },
                           .open = [&](const HostFile &, const ParentReference &parent) -> Result<HostFile> {
                               return open(parent.names.front());
                           }});
}

} // namespace h2k
