// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/accounts/hostname.h"
#include "fixers/linux/accounts/identity.h"
#include "fixers/linux/accounts/users.h"
#include "fixers/linux/boot/efi_fallback.h"
#include "fixers/linux/boot/grub.h"
#include "fixers/linux/drivers/cloud.h"
#include "fixers/linux/drivers/old_drivers.h"
#include "fixers/linux/initramfs/initramfs.h"
#include "fixers/linux/network/cloud.h"
#include "fixers/linux/network/drivers.h"
#include "fixers/linux/network/files.h"
#include "fixers/linux/network/names.h"
#include "fixers/linux/packages/guest_agent.h"
#include "fixers/linux/packages/old_tools.h"
#include "fixers/linux/services/first_boot.h"
#include "fixers/linux/services/services.h"
#include "fixers/linux/storage/fstab.h"
#include "fixers/linux/storage/raid.h"
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
