// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>

namespace h2k {

/// Where jobs leave their journals and evidence: $VIRT_HYPER2KVM_STATE_DIR, else /var/lib/virt-hyper2kvm for root,
/// else the user's state folder (XDG Base Directory Specification).
[[nodiscard]] std::string state_folder();
/// A new job's id: its time and a few random letters.
[[nodiscard]] std::string new_job_id();
/// The job's own folder below the state folder, made with mode 0700.
[[nodiscard]] Result<std::string> make_job_folder(const std::string &job);

} // namespace h2k
