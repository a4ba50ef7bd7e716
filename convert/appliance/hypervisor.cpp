// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/hypervisor.h"
#include "convert/appliance/probes.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/model/disk_format.h"
#include <array>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

/// A second CPU makes update-initramfs half as slow again without KVM, and does not help with it.
constexpr int cpus = 1;
constexpr int memory_mib = 1280;
/// For TCG, https://wiki.qemu.org/Features/TCG advises against random addresses: code is translated again at each.
/// After a rebuild's thousands of processes even a freed page of libc takes minutes to clear.
constexpr std::string_view same_addresses = "norandmaps";

/// Beside the guest's memory, QEMU reserves 1 GiB for translated code, and address space for the heap and the stack of
/// each of up to 64 workers.
constexpr std::uint64_t more_memory = std::uint64_t{6} << 30;
/// It writes one file: what becomes of the appliance's own disk while it runs.
constexpr std::uint64_t longest_file = std::uint64_t{2} << 30;
constexpr unsigned cpu_seconds = 2 * 24 * 60 * 60;
constexpr const char *sandbox = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";
constexpr const char *kvm_device = "/dev/kvm";

/// Adds @words to the appliance's kernel command line, after those of LIBGUESTFS_APPEND.
bool append(const Call &g, std::string_view words) {
    const char *set = guestfs_get_append(g);
    auto line = std::string{set ? set : ""};
    (line += line.empty() ? "" : " ") += words;
    return guestfs_set_append(g, line.c_str()) == 0;
}

/// May any user run the program at the absolute @path?
bool is_for_all(std::string path) {
    struct stat st{};
    if (stat(path.c_str(), &st) != 0 || (st.st_mode & 05) != 05)
        return false;
    while (path.size() > 1) {
        path = folder_of(path);
        if (stat(path.c_str(), &st) != 0 || !(st.st_mode & 01))
            return false;
    }
    return true;
}

/// What a QEMU outside of the system's folders brings along.
std::vector<std::string> data_of(const std::string &program) {
    std::vector<std::string> folders;
    for (const char *name : {"/lib", "/lib64", "/libexec", "/share"})
        folders.push_back(folder_of(folder_of(program)) + name);
    return folders;
}

Result<Confinement> confinement_of(const std::string &program, const std::string &folder, bool use_kvm) {
    Confinement least{.readable = data_of(program),
                      .folder = folder,
                      .namespaces = true,
                      .hands_over = true,
                      .memory = (std::uint64_t{memory_mib} << 20) + more_memory,
                      .file_size = longest_file,
                      .cpu_seconds = cpu_seconds};
    struct stat kvm{};
    if (use_kvm && stat(kvm_device, &kvm) == 0) {
        least.writable.emplace_back(kvm_device);
        least.groups.push_back(kvm.st_gid);
    }
    if (is_for_all(program))
        least.user = private_user();
    if (least.user && chown(folder.c_str(), least.user->uid, least.user->gid) != 0)
        return fail(H2K_ERROR_FAILED, "%s: %s", folder.c_str(), g_strerror(errno));
    return least;
}

Result<> set_up_machine(const Handle &handle, bool use_kvm) {
    const auto g = handle.call();
    // With libvirt as backend there would be no process of ours to kill.
    bool good = guestfs_set_backend(g, "direct") == 0 && guestfs_set_network(g, 0) == 0 &&
                guestfs_set_smp(g, cpus) == 0 && guestfs_set_memsize(g, memory_mib) == 0;
    if (good && !use_kvm)
        good = guestfs_set_backend_setting(g, "force_tcg", "1") == 0 && append(g, same_addresses);
    // QEMU would stop for ever where the host has no space for a write; this way the appliance's kernel reports it.
    good = good && guestfs_config(g, "-global", "scsi-hd.werror=report") == 0;
    good = good && guestfs_config(g, "-sandbox", sandbox) == 0;
    if (!good)
        return handle.failed(_("Setting up the appliance"));
    return {};
}

} // namespace

Result<std::string> hypervisor_of(const Handle &handle) {
    const Owned<char> named{guestfs_get_hv(handle.call())};
    if (!named)
        return handle.failed(_("Looking for QEMU"));
    const Owned<char> found{g_find_program_in_path(named.get())};
    if (!found)
        return fail(H2K_ERROR_FAILED, _("There is no program “%s”, which the appliance of libguestfs needs."),
                    named.get());
    return absolute_path(found.get());
}

std::string libguestfs_version(const Handle &handle) {
    const std::unique_ptr<struct guestfs_version, void (*)(struct guestfs_version *)> version{
        guestfs_version(handle.call()), guestfs_free_version};
    if (!version)
        return "unknown";
    return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
           std::to_string(version->release) + version->extra;
}

Result<ConfinedQemu> confined_qemu(const Handle &handle, const std::string &own, bool use_kvm) {
    auto program = H2K_TRY(hypervisor_of(handle));
    auto least = H2K_TRY(confinement_of(program, own, use_kvm));
    return ConfinedQemu{.program = std::move(program), .least = std::move(least)};
}

Result<std::unique_ptr<WorkFolder>> set_up_hypervisor(Handle &handle, bool use_kvm, Notices &notices, WarmStart warm) {
    H2K_CHECK(set_up_machine(handle, use_kvm));
    auto folder = H2K_TRY(WorkFolder::create(work_parent()));
    const auto link = folder->file("qemu"), own = folder->file("own");
    H2K_CHECK(make_folder(own, 0700));
    auto [program, least] = H2K_TRY(confined_qemu(handle, own, use_kvm));
    if (!warm.socket.empty())
        warm.socket = folder->file(warm.socket);
    least.warm = std::move(warm);
    if (geteuid() == 0 && !least.user)
        notices.warn(
            "guest.qemu-as-root",
            sentence(_("The appliance's QEMU, “%s”, runs as root, though without its capabilities, since it "
                       "cannot be given a user of its own. Run this program as an ordinary user, or where root "
                       "may change users and every user may run QEMU."),
                     program.c_str()));
    H2K_CHECK(make_confined_program(link, program, least));
    handle.after_launch([probes = Probes{handle, link, program, use_kvm}] { probes.mark(); });
    const auto g = handle.call();
    if (guestfs_set_hv(g, link.c_str()) < 0 || guestfs_set_tmpdir(g, folder->path().c_str()) < 0)
        return handle.failed(_("Setting up the appliance"));
    return folder;
}

Result<> add_disk(const Handle &handle, const std::string &socket, unsigned sector_bytes) {
    auto server = "unix:" + socket;
    char *servers[] = {server.data(), nullptr};
    struct guestfs_add_drive_opts_argv options{};
    options.bitmask = GUESTFS_ADD_DRIVE_OPTS_FORMAT_BITMASK | GUESTFS_ADD_DRIVE_OPTS_PROTOCOL_BITMASK |
                      GUESTFS_ADD_DRIVE_OPTS_SERVER_BITMASK | GUESTFS_ADD_DRIVE_OPTS_CACHEMODE_BITMASK |
                      GUESTFS_ADD_DRIVE_OPTS_DISCARD_BITMASK | GUESTFS_ADD_DRIVE_OPTS_BLOCKSIZE_BITMASK;
    options.format = name_of(DiskFormat::raw);
    options.protocol = "nbd";
    options.server = servers;
    // The image is ours until close() succeeds; what a crash before that leaves is not used.
    options.cachemode = "unsafe";
    options.discard = "besteffort";
    options.blocksize = static_cast<int>(sector_bytes);
    if (guestfs_add_drive_opts_argv(handle.call(), "", &options) < 0)
        return handle.failed(_("Adding a disk to the appliance"));
    return {};
}

Result<> add_disks(const Handle &handle, const std::vector<std::string> &sockets,
                   const std::vector<unsigned> &sector_bytes) {
    constexpr unsigned usual = 512;
    for (std::size_t i = 0; i < sockets.size(); ++i)
        H2K_CHECK(add_disk(handle, sockets[i], i < sector_bytes.size() ? sector_bytes[i] : usual));
    return {};
}

} // namespace h2k
