// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/appliance.h"
#include "convert/check/boot/boot_test.h"
#include "convert/direct/lane.h"
#include "convert/fetch/copy.h"
#include "convert/fetch/unpack.h"
#include "convert/image/image.h"
#include "convert/image/nbd/served_disks.h"
#include "domain/live/target.h"

namespace h2k {

/// Everything outside of the process that a job works with.  Tests pass values of their own.
struct Toolbox {
    std::function<Result<std::unique_ptr<Appliance>>(const Appliance::Order &, Notices &, GCancellable *)> launch;
    /// Empty: there is no such lane.
    std::function<Result<std::unique_ptr<Lane>>(const ServedGuest &, GCancellable *)> open_direct;
    std::function<Result<ServedDisks>(const std::vector<Disk> &, const std::string &folder,
                                      const std::optional<PrivateUser> &, GCancellable *)>
        serve;
    std::function<Result<>(const std::vector<Unpacking> &, std::vector<Digest> &, const std::function<void(double)> &,
                           GCancellable *)>
        unpack;
    std::function<Result<>(const Piece &, const std::string &to, GCancellable *)> copy;
    std::function<Result<Disk>(const std::string &overlay, const Disk &below, GCancellable *)> create_overlay;
    std::function<Result<>(const Disk &overlay)> commit_overlay;
    std::function<Result<>(Disk &overlay, std::uint64_t bytes, GCancellable *)> grow_overlay;
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
