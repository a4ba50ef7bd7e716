// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/link.h"
#include "convert/guest/file_calls.h"
#include <memory>

namespace h2k {

/// Those of virt-hyper2kvm-fs, on what is mounted there; @link must outlive them.
[[nodiscard]] std::unique_ptr<FileCalls> direct_calls(FsLink &link);

} // namespace h2k
