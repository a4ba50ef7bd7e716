// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/files/files.h"
#include "convert/guest/initramfs/image.h"

namespace h2k {

/// Lists initramfs images of a guest.  To unpack one takes longest, so the images are kept, in memory: an image that
/// begins with all bytes of one that was listed has its names, and only what is behind them is unpacked.
class KnownImages {
  public:
    /// list_initramfs() of @image.
    [[nodiscard]] Result<InitramfsContent> list(Owned<GMappedFile> image, const std::string &name,
                                                GCancellable *cancel);
    /// The same of the image at @path in the guest.
    [[nodiscard]] Result<InitramfsContent> list(const FileCalls &calls, const std::string &path);

  private:
    struct Known {
        Owned<GMappedFile> image;
        InitramfsContent content;
    };
    void keep(Known known);

    std::vector<Known> known_;
};

} // namespace h2k
