// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/cloud.h"
#include "fixers/linux/cloud_network.h"
#include "fixers/linux/efi_fallback.h"
#include "fixers/linux/first_boot.h"
#include "fixers/linux/fstab.h"
#include "fixers/linux/grub.h"
#include "fixers/linux/guest_agent.h"
#include "fixers/linux/hostname.h"
#include "fixers/linux/identity.h"
#include "fixers/linux/initramfs.h"
#include "fixers/linux/network_drivers.h"
#include "fixers/linux/network_files.h"
#include "fixers/linux/network_names.h"
#include "fixers/linux/old_drivers.h"
#include "fixers/linux/old_tools.h"
#include "fixers/linux/raid.h"
#include "fixers/linux/services.h"
#include "fixers/linux/users.h"
#include <array>

namespace h2k {

namespace {
// Within a phase the order of doing; the initramfs is last, since it copies what the others write.
// clang-format off
constexpr std::array table = {
    entry<IdentityFixer>(),
    entry<UsersFixer>(),
    entry<HostnameFixer>(),
    entry<ServicesFixer>(),
    entry<FstabFixer>(),
    entry<GrubFixer>(),
    entry<RaidFixer>(),
    entry<CloudNetworkFixer>(), // before the names, whose files tell the old MACs
    entry<NetworkFilesFixer>(),
    entry<NetworkNamesFixer>(),
    entry<NetworkDriversFixer>(),
    entry<OldToolsFixer>(),
    entry<GuestAgentFixer>(),
    entry<CloudFixer>(),
    entry<OldDriversFixer>(),
    entry<FirstBootFixer>(),
    entry<EfiFallbackFixer>(),
    entry<InitramfsFixer>(),
};
// clang-format on
} // namespace

std::span<const FixerEntry> linux_fixers() { return table; }

} // namespace h2k
