// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/state.h"
#include "convert/base/files.h"
#include <unistd.h>

namespace h2k {

std::string state_folder() {
    if (const char *chosen = g_getenv("VIRT_HYPER2KVM_STATE_DIR"); chosen && *chosen)
        return absolute_path(chosen);
    if (geteuid() == 0)
        return "/var/lib/virt-hyper2kvm";
    return std::string{g_get_user_state_dir()} + "/virt-hyper2kvm";
}

std::string new_job_id() {
    GDateTime *now = g_date_time_new_now_utc();
    const Owned<char> time{g_date_time_format(now, "%Y%m%d-%H%M%S")};
    g_date_time_unref(now);
    const Owned<char> uuid{g_uuid_string_random()};
    return std::string{time.get()} + "-" + std::string{uuid.get()}.substr(0, 8);
}

Result<std::string> make_job_folder(const std::string &job) {
    auto folder = state_folder() + "/jobs/" + job;
    H2K_CHECK(make_folder(folder, 0700));
    return folder;
}

} // namespace h2k
