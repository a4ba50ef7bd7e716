// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/programs.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/model/linux/families.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// ELF-64 Object File Format, "ELF header": e_ident, then e_type and e_machine as half words, at the same place in
/// files of 32 and of 64 bits.
std::string architecture_of_elf(std::string_view file) {
    constexpr std::string_view magic{"\x7f"
                                     "ELF",
                                     4};
    if (file.size() < 20 || !file.starts_with(magic))
        return {};
    const bool big_endian = file[5] == 2;
    const auto low = static_cast<unsigned char>(file[big_endian ? 19 : 18]);
    const auto high = static_cast<unsigned char>(file[big_endian ? 18 : 19]);
    switch (low | high << 8) {
    case 3: return "i686";
    case 62: return "x86_64";
    case 183: return "aarch64";
    case 40: return "armv7l";
    case 21: return big_endian ? "ppc64" : "ppc64le";
    case 22: return "s390x";
    case 243: return file[4] == 2 ? "riscv64" : "riscv32";
    case 258: return "loongarch64";
    default: return {};
    }
}

/// Names of the programs that match @glob, in the folders that every system has; both spellings of a merged /usr.
Result<std::vector<std::string>> programs(const GuestView &guest, const std::string &glob) {
    auto paths = H2K_TRY(guest.list("/usr/*bin/" + glob));
    std::ranges::move(H2K_TRY(guest.list("/*bin/" + glob)), std::back_inserter(paths));
    std::vector<std::string> names;
    for (const auto &path : paths)
        names.push_back(base_name(path));
    return names;
}

bool has(const std::vector<std::string> &names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

} // namespace

Result<std::string> find_architecture(const GuestView &guest) {
    // "true" is tiny nearly everywhere; what the others cost is paid only where it is missing.
    for (const auto *path : {"/bin/true", "/usr/bin/true", "/bin/sh", "/sbin/init"})
        if (const auto file = H2K_TRY(guest.read(path)))
            if (auto arch = architecture_of_elf(*file); !arch.empty())
                return arch;
    return {};
}

Result<std::string> find_init(const GuestView &guest) {
    for (const auto *path : {"/sbin/init", "/usr/sbin/init", "/usr/bin/init"})
        if (const auto target = H2K_TRY(guest.link(path)))
            return base_name(*target) == "systemd" ? "systemd" : "";
    // Without any init the kernel's command line must name one, and systemd is the one that is used so.
    for (const auto *path : {"/sbin/init", "/usr/sbin/init"})
        if (H2K_TRY(guest.exists(path)))
            return {};
    return H2K_TRY(guest.exists("/lib/systemd/systemd")) ? "systemd" : "";
}

Result<std::string> find_package_format(const GuestView &guest, const OsRelease &release) {
    constexpr std::array<std::pair<const char *, const char *>, 6> databases{{
        {"/var/lib/dpkg/status", "deb"},
        {"/usr/lib/sysimage/rpm/*", "rpm"},
        {"/var/lib/rpm/*", "rpm"},
        {"/lib/apk/db/installed", "apk"},
        {"/usr/lib/apk/db/installed", "apk"},
        {"/var/lib/pacman/local/*", "pacman"},
    }};
    // A Debian with the rpm program has an RPM database, a Fedora with dpkg the other one.
    const auto *family = find_linux_family(release.id, release.like);
    const bool rpm_first = family != nullptr && family->packages == "rpm";
    std::string found;
    for (const auto &[glob, format] : databases) {
        if (!found.empty() && !(rpm_first && found == "deb"))
            break;
        if (!H2K_TRY(guest.list(glob)).empty() && (found.empty() || std::string_view{format} == "rpm"))
            found = format;
    }
    return found;
}

Result<std::string> find_initramfs_tool(const GuestView &guest) {
    const auto makers = H2K_TRY(programs(guest, "mkinit*"));
    const bool dracut = has(H2K_TRY(programs(guest, "dracut")), "dracut");
    // initramfs-tools needs both; dracut's own update-initramfs comes without mkinitramfs.
    if (has(makers, "mkinitramfs") && has(H2K_TRY(programs(guest, "update-initramfs")), "update-initramfs")) {
        // dpkg keeps the checksums of installed packages only: the programs may be what an incomplete change left.
        const bool replaced = dracut && !H2K_TRY(guest.exists("/var/lib/dpkg/info/initramfs-tools.md5sums"));
        return replaced ? "dracut" : "initramfs-tools";
    }
    // Where both are installed, the other one was added by hand to the distribution's own.
    if (has(makers, "mkinitcpio") && !(dracut && H2K_TRY(guest.exists("/etc/pacman.d/hooks/*dracut*.hook"))))
        return "mkinitcpio";
    if (dracut)
        return "dracut";
    for (const auto *name : {"mkinitfs", "mkinitrd"})
        if (has(makers, name))
            return name;
    for (const auto *name : {"make-initrd", "booster", "genkernel", "tinyramfs"})
        if (!H2K_TRY(programs(guest, name)).empty())
            return name;
    return {};
}

} // namespace h2k
