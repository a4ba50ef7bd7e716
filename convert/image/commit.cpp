// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/image.h"
#include "convert/image/node.h"
#include "convert/image/qemu_img.h"

namespace h2k {

Result<> commit_overlay(const Disk &overlay) {
    auto chain = chain_of(overlay);
    if (chain.size() != 2)
        return fail(H2K_ERROR_USAGE, "%s: not an overlay on a standalone image", overlay.top.path.c_str());
    auto &image = chain[1];
    image.held = H2K_TRY(image.held ? open_to_write(image.held, image.path) : open_own_image(image.path));
    QemuFiles files;
    const auto node = H2K_TRY(block_node(chain, files));
    return run_qemu_img({"commit", "-q", "-d", node}, files, image.path, nullptr, nullptr);
}

} // namespace h2k
