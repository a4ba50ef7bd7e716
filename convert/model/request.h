// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/secrets/secret.h"
#include "convert/model/machine.h"
#include "convert/model/repair_options.h"
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// What a request is for.
enum class Action : unsigned { import = 1, inspect = 2, plan = 4, boot_test = 8, revert = 16 };
[[nodiscard]] constexpr const char *name_of(Action action) {
    switch (action) {
    case Action::import: return "import";
    case Action::inspect: return "inspect";
    case Action::plan: return "plan";
    case Action::boot_test: return "boot-test";
    case Action::revert: return "revert";
    }
    return "";
}

enum class BootTest { probe, quick, observe, none };
[[nodiscard]] constexpr const char *name_of(BootTest test) {
    switch (test) {
    case BootTest::probe: return "probe";
    case BootTest::quick: return "quick";
    case BootTest::observe: return "observe";
    case BootTest::none: return "none";
    }
    return "";
}

/// What a guest can reach while its boot is tested.
enum class BootNetwork { isolated, host };
[[nodiscard]] constexpr const char *name_of(BootNetwork network) {
    switch (network) {
    case BootNetwork::isolated: return "isolated";
    case BootNetwork::host: return "host";
    }
    return "";
}

/// The way to the guest's file systems: without an appliance, or in one.
enum class LaneChoice { automatic, direct, appliance };
[[nodiscard]] constexpr const char *name_of(LaneChoice lane) {
    switch (lane) {
    case LaneChoice::automatic: return "auto";
    case LaneChoice::direct: return "direct";
    case LaneChoice::appliance: return "appliance";
    }
    return "";
}

enum class Compression { none, zlib, zstd };
[[nodiscard]] constexpr const char *name_of(Compression compression) {
    switch (compression) {
    case Compression::none: return "none";
    case Compression::zlib: return "zlib";
    case Compression::zstd: return "zstd";
    }
    return "";
}

[[nodiscard]] constexpr const char *name_of(Preallocation preallocation) {
    switch (preallocation) {
    case Preallocation::off: return "off";
    case Preallocation::metadata: return "metadata";
    case Preallocation::falloc: return "falloc";
    case Preallocation::full: return "full";
    }
    return "";
}

/// How large a disk is to be.
struct Growth {
    std::size_t disk = 0;    ///< index
    bool relative = false;   ///< so much larger, not so large
    std::uint64_t bytes = 0; ///< a multiple of 512
};

/// What opens an encrypted volume.
struct DiskKey {
    std::string selector; ///< "all", a device ("/dev/sda3") or a LUKS UUID
    Secret secret;        ///< the passphrase, or the bytes of the key file; never shown
    std::string file;     ///< the host's, that the secret was read from
};

/// What a user asks for, however it was given.  Filled and checked by convert/config alone.
struct Request {
    std::vector<std::string> sources; ///< disks of one guest, in order, or one package that describes it
    std::string
        source_connect; ///< libvirt URI that knows the source, a domain's name or UUID; empty: sources are files
    std::vector<std::string> allowed_folders; ///< real paths; a source may refer to what lies in them and below
    std::string machine;                      ///< of a package with several: its id or name; empty: the only one
    std::string deployment_option;            ///< of an OVF package: id of a configuration; empty: its default
    std::string connect;                      ///< libvirt URI; empty: libvirt's own choice
    std::string name;                         ///< of the domain and its volumes; empty: from the source's file name
    std::string pool;                         ///< storage pool; exactly one of pool and output_dir is set for an import
    std::string output_dir;
    DiskFormat format = DiskFormat::qcow2;  ///< of the result: qcow2, raw or vdi
    std::optional<DiskFormat> input_format; ///< of the source; where raw cannot be distinguished from anything else
    unsigned max_expansion = 1100;          ///< bytes that one byte of compressed data in an image may stand for
    Compression compression = Compression::none; ///< of a qcow2
    Preallocation preallocation = Preallocation::off;
    std::vector<Growth> growths;   ///< disks to be made larger
    bool checksum = false;         ///< SHA-256 of every file that is read and of every disk that is made
    bool metadata_only = false;    ///< inspect: only what describes the machine, not its disks' content
    std::vector<std::string> macs; ///< of the guest's network cards, in order
    BootTest boot_test = BootTest::probe;
    unsigned boot_timeout = 600; ///< seconds
    BootNetwork boot_network = BootNetwork::isolated;
    bool define = true;
    bool dry_run = false;
    std::string job;    ///< the job to revert; empty: all
    std::string report; ///< path; empty: beside the result
    std::string root;   ///< device with the root to repair, in any spelling; empty: chosen by rule; "none": none
    std::vector<DiskKey> keys;
    LaneChoice lane = LaneChoice::automatic;
    unsigned program_timeout = 1800; ///< seconds that a program of the guest may run
    RepairOptions repair;
};

/// Does the domain get a seed of cloud-init on an ISO image?
[[nodiscard]] inline bool has_seed_iso(const Request &request) {
    return request.repair.cloud_init && request.repair.cloud_init->as_iso;
}

} // namespace h2k
