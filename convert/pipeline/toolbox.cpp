// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/toolbox.h"
#include "convert/check/kvm/kvm.h"

namespace h2k {

Toolbox real_toolbox() {
    return {
        .launch = Appliance::launch,
        .open_direct = open_direct_lane,
        .serve = ServedDisks::start,
        .unpack = unpack,
        .copy = copy_bytes,
        .create_overlay = create_overlay,
        .commit_overlay = commit_overlay,
        .grow_overlay = grow_overlay,
        .convert = convert_image,
        .digest = digest_of,
        .check_image = check_image,
        .boot_test = boot_test,
        .kvm_works = kvm_works,
    };
}

} // namespace h2k
