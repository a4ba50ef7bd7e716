// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/stages/default_files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/check/kernel/boot_image.h"
#include "convert/inspect/boot/entries.h"
#include <algorithm>
#include <sys/mman.h>

namespace h2k {

namespace {

/// "@/boot" of "subvol=/@/boot" in the options of a mount; "" where there is none.
std::string subvolume_of(const Mount &mount) {
    constexpr std::string_view name = "subvol=";
    for (const auto &option : split(mount.options, ','))
        if (option.starts_with(name)) {
            std::string_view path = std::string_view{option}.substr(name.size());
            while (path.starts_with('/'))
                path.remove_prefix(1);
            return std::string{path};
        }
    return {};
}

/// @path on the file system of @mount as a path in the guest; "" where it is in another subvolume.
std::string path_through(const Mount &mount, const std::string &path) {
    const auto above = mount.path == "/" ? std::string{} : mount.path;
    const auto subvolume = subvolume_of(mount);
    if (subvolume.empty())
        return above + path;
    const auto start = "/" + subvolume + "/";
    return path.starts_with(start) ? above + path.substr(start.size() - 1) : std::string{};
}

/// In the guest, by the mount that shows it; "" where none does.
std::string path_in_guest(const Inspection &guest, const std::string &device, const std::string &path) {
    for (const auto &mount : guest.mounts)
        if (mount.device == device)
            if (auto found = path_through(mount, path); !found.empty())
                return found;
    return {};
}

bool is_below(const std::string &path, const std::string &folder) {
    return folder == "/" || (path.starts_with(folder) && path[folder.size()] == '/');
}

/// A file that no folder names.
Result<Descriptor> file_in_memory() {
    Descriptor file{memfd_create("virt-hyper2kvm-kernel", MFD_CLOEXEC)};
    if (!file)
        return fail(H2K_ERROR_FAILED, _("A file of the guest cannot be kept in memory: %s."), g_strerror(errno));
    return file;
}

/// As boot loaders do it: each part begins at a multiple of 4 bytes.
Result<Descriptor> read_initramfs(const Guest &guest, const std::vector<std::string> &parts) {
    constexpr std::uint64_t alignment = 4;
    auto file = H2K_TRY(file_in_memory());
    std::uint64_t size = 0;
    for (const auto &part : parts) {
        const std::string padding((alignment - size % alignment) % alignment, '\0');
        if (write_all(file.get(), padding) != 0)
            return fail(H2K_ERROR_FAILED, _("A file of the guest cannot be kept in memory: %s."), g_strerror(errno));
        size += padding.size();
        size += H2K_TRY(guest.copy_out(part, file.get(), most_initramfs - std::min(most_initramfs, size)));
    }
    return file;
}

Result<DirectKernel> read_kernel(const Guest &guest, const DefaultFiles &files) {
    DirectKernel kernel{.image = H2K_TRY(file_in_memory()), .initramfs = Descriptor{}, .arguments = files.arguments};
    H2K_CHECK(guest.copy_out(files.kernel, kernel.image.get(), most_kernel_image));
    if (!files.initramfs.empty())
        kernel.initramfs = H2K_TRY(read_initramfs(guest, files.initramfs));
    return kernel;
}

} // namespace

Result<std::optional<DefaultFiles>> find_default_files(const StorageView &storage, const Inspection &guest,
                                                       std::string &doubt) {
    if (guest.family() != Family::linux_os) {
        doubt = _("Its system is not recognised.");
        return std::nullopt;
    }
    auto found = H2K_TRY(find_default_kernel(storage, guest.devices));
    if (!found.kernel) {
        doubt = std::move(found.doubt);
        return std::nullopt;
    }
    const auto &kernel = *found.kernel;
    const auto in_guest = [&](const std::string &path) { return path_in_guest(guest, kernel.device, path); };
    DefaultFiles files{.kernel = in_guest(kernel.image), .initramfs = {}, .arguments = kernel.arguments};
    std::ranges::transform(kernel.initramfs, std::back_inserter(files.initramfs), in_guest);
    if (files.kernel.empty() || std::ranges::any_of(files.initramfs, &std::string::empty)) {
        doubt = sentence(_("Its fstab does not mount what its boot menu loads, “%s” on %s."),
                         printable(kernel.image).c_str(), printable(kernel.device).c_str());
        return std::nullopt;
    }
    return files;
}

bool needs(const DefaultFiles &files, const Mount &mount) {
    return is_below(files.kernel, mount.path) ||
           std::ranges::any_of(files.initramfs, [&](const auto &path) { return is_below(path, mount.path); });
}

Result<> read_default_files(const Guest &guest, const DefaultFiles &files, PreparedCopy &copy) {
    auto kernel = read_kernel(guest, files);
    if (kernel)
        copy.kernel = *std::move(kernel);
    else if (kernel.error().is(H2K_ERROR_CANCELLED))
        return std::unexpected(std::move(kernel).error());
    else
        copy.doubt = kernel.error().message();
    return {};
}

} // namespace h2k
