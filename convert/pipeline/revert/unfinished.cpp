// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/revert/unfinished.h"
#include "convert/base/files.h"
#include "convert/base/messages.h"

namespace h2k {

std::string unfinished(const std::string &image) { return image + ".virt-hyper2kvm-revert.qcow2"; }

std::string undecided(const std::string &image) { return image + ".virt-hyper2kvm-undecided.qcow2"; }

std::string commands_to_finish(const std::vector<DiskWork> &disks) {
    std::string commands;
    for (const auto &disk : disks)
        for (const auto &overlay : {unfinished(disk.source.top.path), undecided(disk.source.top.path)})
            if (path_exists(overlay)) {
                const Owned<char> quoted{g_shell_quote(overlay.c_str())};
                commands += sentence("\nqemu-img commit -d -f qcow2 %s && rm %s", quoted.get(), quoted.get());
            }
    return commands;
}

} // namespace h2k
