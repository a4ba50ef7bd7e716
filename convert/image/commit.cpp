// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/image/image.h"
#include "convert/image/qemu_img.h"

namespace h2k {

/// Not cancellable: a partial commit would be neither the old nor the new guest.
Result<> commit_overlay(const std::string &overlay, const std::string &below) {
    return run_qemu_img({"commit", "-q", "-d", "-f", "qcow2", absolute_path(overlay)}, below, nullptr, nullptr);
}

} // namespace h2k
