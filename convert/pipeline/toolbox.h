// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/boot/boot_test.h"
#include "convert/fetch/unpack.h"
#include "convert/guest/appliance.h"
#include "convert/image/image.h"
#include "domain/live/target.h"

namespace h2k {

/// Everything outside of the process that a job works with.  Tests pass values of their own.
struct Toolbox {
    std::function<Result<std::unique_ptr<Appliance>>(const std::vector<Appliance::Drive> &, bool use_kvm,
                                                     GCancellable *)>
        launch;
    std::function<Result<>(const std::vector<Unpacking> &, std::vector<Digest> &, const std::function<void(double)> &,
                           GCancellable *)>
        unpack;
    std::function<Result<>(const std::string &overlay, const Disk &below, GCancellable *)> create_overlay;
    std::function<Result<>(const std::string &overlay, const std::string &below)> commit_overlay;
    std::function<Result<>(const std::string &overlay, std::uint64_t bytes, GCancellable *)> grow_overlay;
    std::function<Result<>(const Conversion &, const std::function<void(double)> &, GCancellable *)> convert;
    std::function<Result<std::string>(const std::vector<Piece> &, GChecksumType, const std::function<void(double)> &,
                                      GCancellable *)>
        digest;
    std::function<Result<>(const std::string &, DiskFormat, std::uint64_t, GCancellable *)> check_image;
    std::function<Result<BootEvidence>(const BootTestOrder &, Progress &, GCancellable *)> boot_test;
    std::function<bool()> kvm_works;
};

/// The real ones.
[[nodiscard]] Toolbox real_toolbox();

} // namespace h2k
