// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/kernels.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/inspect/version_order.h"
#include "fixers/text/config_file.h"
#include <algorithm>

namespace h2k {

namespace {

/// More modules folders than a machine ever has; the rest of a hostile guest's is ignored.
constexpr std::size_t most_kernels = 64;

/// The files in the folders of boot files that can be of a kernel, listed once; there may be many others.
struct BootFiles {
    std::vector<std::string> paths;
    [[nodiscard]] bool has(const std::string &path) const { return std::ranges::binary_search(paths, path); }
    /// The first of @candidates that is there, or "".
    [[nodiscard]] std::string first_of(const std::vector<std::string> &candidates) const {
        const auto at = std::ranges::find_if(candidates, [this](const auto &path) { return has(path); });
        return at == candidates.end() ? "" : *at;
    }
    /// The first file in a folder called @folder whose name is @start, or that followed by a checksum, or "".
    [[nodiscard]] std::string in_folder(const std::string &folder, const std::string &start) const {
        const auto at = std::ranges::find_if(paths, [&](const auto &path) {
            const auto name = base_name(path);
            return base_name(folder_of(path)) == folder && (name == start || name.starts_with(start + "-"));
        });
        return at == paths.end() ? "" : *at;
    }
};

Result<BootFiles> list_boot_files(const GuestView &guest) {
    BootFiles files;
    for (const auto *glob : {"/boot/vmlinu[xz]-*", "/boot/kernel-*", "/boot/Image-*", "/boot/init*", "/boot/booster-*",
                             "/boot/*/*/linux*", "/boot/*/*/initrd*", "/boot/efi/*/*/linux*", "/boot/efi/*/*/initrd*",
                             "/efi/*/*/linux*", "/efi/*/*/initrd*", "/lib/modules/*/vmlinuz"})
        std::ranges::move(H2K_TRY(guest.list(glob)), std::back_inserter(files.paths));
    std::ranges::sort(files.paths);
    return files;
}

Result<std::vector<std::string>> list_versions(const GuestView &guest, Notices &notices) {
    const auto found = H2K_TRY(guest.list("/lib/modules/*/modules.dep"));
    std::vector<std::string> versions;
    for (const auto &path : found)
        if (auto version = base_name(folder_of(path)); is_utf8(version) && !version.starts_with('-'))
            versions.push_back(std::move(version));
    std::ranges::stable_sort(versions, [](const auto &a, const auto &b) { return version_order(a, b) < 0; });
    if (versions.size() > most_kernels) {
        notices.warn("guest.too-many-kernels",
                     sentence(_("The guest has modules of %zu kernels; only the newest %zu are examined."),
                              versions.size(), most_kernels));
        versions.erase(versions.begin(), versions.end() - most_kernels);
    }
    return versions;
}

std::vector<std::string> initramfs_names(const std::string &version) {
    return {"/boot/initrd.img-" + version, "/boot/initramfs-" + version + ".img",
            "/boot/initrd-" + version,     "/boot/initrd-" + version + ".img",
            "/boot/initramfs-" + version,  "/boot/initramfs-genkernel-x86_64-" + version};
}

/// The name that stands for the version in /boot where a distribution keeps only one version of each kernel.
Result<std::string> unversioned_name(const GuestView &guest, const std::string &version, Notices &notices) {
    if (const auto package = H2K_TRY(text::read_config(guest, "/lib/modules/" + version + "/pkgbase", notices)))
        return std::string{trim(*package)};        // Arch: "linux-lts"
    return version.substr(version.rfind('-') + 1); // Alpine: "6.6.31-0-lts"
}

Result<Kernel> find_boot_files(const GuestView &guest, const BootFiles &files, const std::string &version,
                               Notices &notices) {
    Kernel kernel{.version = version};
    kernel.image = files.first_of({"/boot/vmlinuz-" + version, "/boot/vmlinux-" + version, "/boot/kernel-" + version,
                                   "/boot/Image-" + version, "/boot/kernel-genkernel-x86_64-" + version});
    kernel.initramfs = files.first_of(initramfs_names(version));
    if (!kernel.image.empty())
        return kernel;
    if (kernel.image = files.in_folder(version, "linux"); !kernel.image.empty()) {
        const auto folder = folder_of(kernel.image);
        auto beside = files.first_of({folder + "/initrd", folder + "/initrd.img"});
        if (beside.empty())
            beside = files.in_folder(version, "initrd");
        if (!beside.empty())
            kernel.initramfs = beside;
        return kernel;
    }
    if (const auto name = H2K_TRY(unversioned_name(guest, version, notices)); !name.empty()) {
        kernel.image = files.first_of({"/boot/vmlinuz-" + name});
        if (!kernel.image.empty()) {
            kernel.initramfs = files.first_of(
                {"/boot/initramfs-" + name + ".img", "/boot/initramfs-" + name, "/boot/booster-" + name + ".img"});
            return kernel;
        }
    }
    kernel.image = files.first_of({"/lib/modules/" + version + "/vmlinuz"});
    return kernel;
}

} // namespace

Result<std::vector<Kernel>> find_kernels(const GuestView &guest, Notices &notices) {
    const auto files = H2K_TRY(list_boot_files(guest));
    std::vector<Kernel> kernels;
    for (const auto &version : H2K_TRY(list_versions(guest, notices)))
        if (auto kernel = H2K_TRY(find_boot_files(guest, files, version, notices)); !kernel.image.empty())
            kernels.push_back(std::move(kernel));
    return kernels;
}

} // namespace h2k
