// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/machine.h"
#include <optional>
#include <string>
#include <vector>

namespace h2k {

enum class BootTest { probe, observe, none };
[[nodiscard]] const char *name_of(BootTest test);

/// What a user wants, from whatever it was said in.  Filled and checked by convert/config alone.
struct Request {
    std::vector<std::string> sources; ///< disks of one guest, in order
    std::string connect;              ///< libvirt URI; empty: libvirt's own choice
    std::string name;                 ///< of the domain and its volumes; empty: from the source's file name
    std::string pool;                 ///< storage pool; exactly one of pool and output_dir is set for an import
    std::string output_dir;
    DiskFormat format = DiskFormat::qcow2;  ///< of the result: raw or qcow2
    std::optional<DiskFormat> input_format; ///< of the source; where raw cannot be told from anything else
    std::vector<std::string> macs;          ///< of the guest's network cards, in order
    BootTest boot_test = BootTest::probe;
    unsigned boot_timeout = 600; ///< seconds
    bool define = true;
    bool dry_run = false;
    std::string report; ///< path; empty: beside the result
};

} // namespace h2k
