// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/image_kind.h"

namespace h2k {

/// No chain longer than this is followed.  VMware makes none of more than 32 images.
constexpr std::size_t longest_chain = 64;

/// Puts @lower, which may be a chain itself, below all images of @upper; adds its files, each once, and its notices.
void put_below(DescribedDisk &upper, const DescribedDisk &lower);

/// The image @above names @file as the next one of its chain.  Refuses it where the chain has it already, or has
/// longest_chain images.
[[nodiscard]] Result<> check_next(const DescribedDisk &chain, const HostFile &above, const HostFile &file);

} // namespace h2k
