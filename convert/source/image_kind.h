// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/messages.h"
#include "convert/base/notice.h"
#include "convert/format/host_file.h"
#include "convert/format/limits.h"
#include "convert/model/plans.h"
#include "convert/source/fence.h"
#include <array>
#include <span>

namespace h2k {

/// Bytes at the start of a file by which its kind is recognised.
constexpr std::size_t head_size = 64u << 10;

/// A disk as its own metadata describes it.  The caller sets Disk::id.
struct DescribedDisk {
    Disk disk;
    Notices notices;
};

/// One kind of disk image: how it is recognised, and what its headers say.
class ImageKind {
  public:
    virtual ~ImageKind() = default;
    [[nodiscard]] virtual DiskFormat format() const = 0;
    /// @head: the first bytes of @file, at most head_size.
    [[nodiscard]] virtual bool recognises(const HostFile &file, std::string_view head) const = 0;
    /// Checks what @recognises accepted.  Everything damaged, unsafe or not supported is H2K_ERROR_SOURCE.
    [[nodiscard]] virtual Result<DescribedDisk> describe(const HostFile &file, std::string_view head,
                                                         const Fence &fence) const = 0;
};

[[nodiscard]] const ImageKind &vmdk_kind();
[[nodiscard]] const ImageKind &qcow2_kind();
[[nodiscard]] const ImageKind &vhdx_kind();
[[nodiscard]] const ImageKind &vhd_kind();
[[nodiscard]] const ImageKind &vdi_kind();
[[nodiscard]] const ImageKind &raw_kind();

/// All kinds, those with a magic number of their own first.
[[nodiscard]] inline std::span<const ImageKind *const> image_kinds() {
    static const std::array kinds{&vmdk_kind(), &qcow2_kind(), &vhdx_kind(), &vdi_kind(), &vhd_kind(), &raw_kind()};
    return kinds;
}

/// Finds the kind of @file and describes it.  @wanted: what the user, a package or libvirt says that it is; a raw disk
/// is raw then, whatever its guest wrote to its start.  Without it the header is only believed where the name promises
/// the same: a name that promises no format is that of a raw disk.  @name: what the source calls the image, if that is
/// not the name of @file.
[[nodiscard]] Result<DescribedDisk> describe_image(const HostFile &file, std::optional<DiskFormat> wanted,
                                                   const Fence &fence, const std::string &name = {});

/// Does the header of @file say that it is of @format?
[[nodiscard]] Result<bool> has_header_of(const HostFile &file, DiskFormat format);

/// Warns where the disk is larger than the @declared bytes, rounded up to 1 MiB, or more than @slack bytes smaller: the
/// image decides, since some programs declare the size of its file.  @name: of the image, in the message.
void warn_of_declared_size(const Disk &disk, std::uint64_t declared, std::uint64_t slack, const std::string &name,
                           Notices &notices);

} // namespace h2k
