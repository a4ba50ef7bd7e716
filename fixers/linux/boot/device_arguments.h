// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/network/guest_nics.h"
#include "fixers/linux/network/pairs.h"
#include "fixers/text/kernel_args.h"
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// The device in the value of a kernel argument other than root= and resume=, such as "/dev/sdb1" in
/// "systemd.mount-extra=/dev/sdb1:/data:ext4"; nullopt: it names none.
[[nodiscard]] std::optional<text::Piece> device_within(const text::KernelArgument &argument);

/// Is there an "ip=" in @arguments with the name of a card that an initramfs cannot know?
[[nodiscard]] bool names_interfaces(const std::vector<text::KernelArgument> &arguments);
/// The arguments "ifname=NAME:MAC" that @arguments need so that an initramfs finds the cards that their "ip=" names,
/// each with a blank before it: dracut.cmdline(7).
[[nodiscard]] std::string missing_interface_names(const std::vector<text::KernelArgument> &arguments,
                                                  const NicPairs &cards, const std::vector<Nic> &target);

} // namespace h2k
