// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/link.h"
#include "convert/guest/lane.h"

namespace h2k {

/// The lane without an appliance, for guests of whose storage virt-hyper2kvm-fs is sure.  Any failure in it means that
/// another lane is to begin again, with disks on which nothing was written.  Programs of the guest do not run here.
/// Journals of ext file systems that were not unmounted are replayed first.  A guest that will change is not opened
/// where its file systems cannot be checked afterwards.
[[nodiscard]] Result<std::unique_ptr<Lane>> open_direct_lane(const ServedGuest &guest, GCancellable *cancel);

} // namespace h2k
