// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/configuration.h"
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace h2k {

/// What becomes of the guest's network configuration.
enum class NetworkFix {
    keep_names, ///< every interface keeps its name, and with it its settings
    clean,      ///< and what names the old machine's hardware goes
    none
};
[[nodiscard]] constexpr const char *name_of(NetworkFix fix) {
    switch (fix) {
    case NetworkFix::keep_names: return "keep-names";
    case NetworkFix::clean: return "clean";
    case NetworkFix::none: return "none";
    }
    return "";
}

enum class MachineId { keep, renew };
[[nodiscard]] constexpr const char *name_of(MachineId policy) {
    switch (policy) {
    case MachineId::keep: return "keep";
    case MachineId::renew: return "new";
    }
    return "";
}

/// Who gives SELinux labels to what was written.
enum class SelinuxRelabel {
    touched, ///< we do, to those files alone
    boot,    ///< the guest does, to all files, when it starts first
    full     ///< the guest's own setfiles does, to all files, offline
};
[[nodiscard]] constexpr const char *name_of(SelinuxRelabel relabel) {
    switch (relabel) {
    case SelinuxRelabel::touched: return "touched";
    case SelinuxRelabel::boot: return "boot";
    case SelinuxRelabel::full: return "full";
    }
    return "";
}

/// How an initramfs gets what it lacks.
enum class InitramfsWay {
    automatic, ///< extended where that is known to do, else rebuilt
    extend,    ///< only extended
    rebuild    ///< only rebuilt, by the guest's own tool
};
[[nodiscard]] constexpr const char *name_of(InitramfsWay way) {
    switch (way) {
    case InitramfsWay::automatic: return "auto";
    case InitramfsWay::extend: return "extend";
    case InitramfsWay::rebuild: return "rebuild";
    }
    return "";
}

/// When the old hypervisor's tools are removed.
enum class ToolsRemoval {
    first_boot, ///< by the guest, when it starts first; until then they do not start
    now,        ///< in the repair
    keep        ///< never
};
[[nodiscard]] constexpr const char *name_of(ToolsRemoval removal) {
    switch (removal) {
    case ToolsRemoval::first_boot: return "first-boot";
    case ToolsRemoval::now: return "remove";
    case ToolsRemoval::keep: return "keep";
    }
    return "";
}

/// The files of a NoCloud data source (cloud-init documentation, "NoCloud").
struct CloudSeed {
    std::string user_data, meta_data, network_config; ///< contents; empty: has none
    bool as_iso = false;             ///< on an ISO image of the domain's, not in a folder of the guest's
    std::vector<std::string> option; ///< the parts of --cloud-init's value that it was made of, with absolute paths
};
/// Name and content of each file that the data source is to find: user data and meta-data, which it demands, and
/// those that were given besides.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> files_of(const CloudSeed &seed);

/// What a user wants done to a guest beyond making it boot.  Filled and checked by convert/config alone.
struct RepairOptions {
    NetworkFix network = NetworkFix::keep_names;
    MachineId machine_id = MachineId::keep;
    SelinuxRelabel selinux = SelinuxRelabel::touched;
    InitramfsWay initramfs = InitramfsWay::automatic;
    std::vector<std::string>
        agent_packages; ///< host paths of packages with qemu-guest-agent; the fitting one is installed
    ToolsRemoval old_tools = ToolsRemoval::first_boot;
    bool remove_cloud_agents = false;
    std::optional<CloudSeed> cloud_init;
    Configuration configuration;
};

} // namespace h2k
