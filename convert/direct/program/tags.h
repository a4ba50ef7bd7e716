// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/sample.h"
#include <blkid.h>

namespace h2k {

template <> struct Release<struct blkid_struct_probe> {
    void operator()(struct blkid_struct_probe *p) const noexcept { blkid_free_probe(p); }
};
using Probe = Owned<struct blkid_struct_probe>;

/// What "blkid -p" says of a device.
struct Tags {
    std::string type, uuid, label; ///< as the appliance passes them; empty where there is nothing
    bool ambivalent = false;       ///< several file systems claim it: then blkid says nothing at all
};

enum class DeviceKind { disk, partition, volume };

/// @device, of which @sample has been taken.  @sector_bytes: of a logical sector of its disk.
[[nodiscard]] Result<Tags> read_tags(Bytes &device, Sample &sample, unsigned sector_bytes, DeviceKind kind);

/// @sample as libblkid's probe, which does not own it; null: it cannot be one.
[[nodiscard]] Probe probe_of(const Sample &sample, unsigned sector_bytes);

/// A value of libblkid, as the appliance passes it: text in UTF-8 without control characters is as it is; in anything
/// else these characters and bytes above 127 are in the notation of cat -v, as `blkid -o export` has them.
[[nodiscard]] std::string exported(std::string_view value);

} // namespace h2k
