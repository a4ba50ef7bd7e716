// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/change.h"
#include "fixers/linux/initramfs/images.h"
#include "fixers/linux/initramfs/tools.h"
#include <optional>

namespace h2k {

/// The files that give the image what it lacks, with the index of the kernel's modules and what makes them load; or
/// nullopt where only a rebuild is known to do: an image that cannot be read or has no modules of its kernel, a program
/// whose images load modules in ways that are not known, settings that it made of changed files, images that are copied
/// elsewhere once they are made, or too little space.
[[nodiscard]] Result<std::optional<ExtendInitramfs>> extension_of(const GuestView &guest, const StaleImage &stale,
                                                                  const LinuxFacts &facts, const InitramfsTool &tool);

} // namespace h2k
