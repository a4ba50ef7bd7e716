// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/change.h"
#include "convert/model/request.h"
#include "convert/model/wishes.h"
#include <algorithm>
#include <array>

namespace h2k {

const char *kind_of(const Change &change) {
    return std::visit(Match{
                          [](const WriteFile &) { return "write"; },
                          [](const RemoveFile &) { return "remove"; },
                          [](const RunInGuest &) { return "run"; },
                          [](const RebuildInitramfs &) { return "rebuild-initramfs"; },
                          [](const MakeFolder &) { return "folder"; },
                          [](const MakeLink &) { return "link"; },
                          [](const CopyIn &) { return "copy-in"; },
                          [](const CopyFile &) { return "copy"; },
                          [](const SetLabels &) { return "label"; },
                      },
                      change.action);
}

std::string path_of(const Change &change) {
    return std::visit(Match{
                          [](const RunInGuest &) { return std::string{}; },
                          [](const RebuildInitramfs &r) { return r.image; },
                          [](const SetLabels &) { return std::string{}; },
                          [](const auto &on_path) { return on_path.path; },
                      },
                      change.action);
}

const char *name_of(NetworkFix fix) {
    switch (fix) {
    case NetworkFix::keep_names: return "keep-names";
    case NetworkFix::clean: return "clean";
    case NetworkFix::none: return "none";
    }
    return "";
}

const char *name_of(MachineId policy) {
    switch (policy) {
    case MachineId::keep: return "keep";
    case MachineId::renew: return "new";
    }
    return "";
}

const char *name_of(SelinuxRelabel relabel) {
    switch (relabel) {
    case SelinuxRelabel::touched: return "touched";
    case SelinuxRelabel::boot: return "boot";
    case SelinuxRelabel::full: return "full";
    }
    return "";
}

const char *name_of(Compression compression) {
    switch (compression) {
    case Compression::none: return "none";
    case Compression::zlib: return "zlib";
    case Compression::zstd: return "zstd";
    }
    return "";
}

const char *name_of(Preallocation preallocation) {
    switch (preallocation) {
    case Preallocation::off: return "off";
    case Preallocation::metadata: return "metadata";
    case Preallocation::falloc: return "falloc";
    case Preallocation::full: return "full";
    }
    return "";
}

const char *name_of(BootTest test) {
    switch (test) {
    case BootTest::probe: return "probe";
    case BootTest::observe: return "observe";
    case BootTest::none: return "none";
    }
    return "";
}

bool is_secret(const Change &change) {
    constexpr std::array files = {"/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/passwd-"};
    constexpr std::array folders = {"/etc/NetworkManager/system-connections/", "/etc/ssh/ssh_host_",
                                    "/etc/wpa_supplicant/", "/var/lib/virt-hyper2kvm/firstboot.d/"};
    constexpr unsigned others = 007;
    const auto path = path_of(change);
    const auto *write = std::get_if<WriteFile>(&change.action);
    // A guest without /etc/shadow has its hashes in /etc/passwd.
    if (write && path == "/etc/passwd" && write->content.find(":$") != std::string::npos)
        return true;
    return (write && (write->mode & others) == 0) || path.ends_with("random-seed") || path.ends_with(".netdev") ||
           std::ranges::find(files, path) != files.end() ||
           std::ranges::any_of(folders, [&](const char *folder) { return path.starts_with(folder); });
}

} // namespace h2k
