// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/packages/guest_packages.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "fixers/text/config_file.h"
#include "fixers/text/package_lists.h"
#include <map>

namespace h2k {

namespace {

constexpr std::size_t database_limit = 16u << 20; ///< what a view reads at most

/// What an installed package says about the wanted ones.
struct Needs {
    std::string name;
    bool asked = false;
    std::vector<std::string> needed; ///< wanted packages that it depends on
};

/// Packages that others depend on, and all that these depend on in turn.
void mark_needed(std::map<std::string, GuestPackage, std::less<>> &found, const std::vector<Needs> &all) {
    for (bool changed = true; changed;) {
        changed = false;
        for (const auto &one : all) {
            const auto self = found.find(one.name);
            if (one.asked && (self == found.end() || self->second.needed_by.empty()))
                continue;
            for (const auto &name : one.needed)
                if (const auto it = found.find(name); it != found.end() && it->second.needed_by.empty()) {
                    it->second.needed_by = one.name;
                    changed = true;
                }
        }
    }
}

Result<std::string> dpkg_trace(const GuestView &guest, const text::DpkgPackage &package) {
    const auto base = "/var/lib/dpkg/info/" + std::string{package.name};
    auto paths = std::vector{base + ".list"};
    if (text::is_package_name(package.arch)) // packages that can be there for several architectures
        paths.push_back(base + ":" + std::string{package.arch} + ".list");
    for (const auto &path : paths)
        if (H2K_TRY(guest.exists(path)))
            return path;
    return {};
}

Result<std::vector<GuestPackage>> find_debs(const GuestView &guest, const PackageWanted &wanted, Notices &notices) {
    // The found packages point into it.
    const auto status = H2K_TRY(text::read_config(guest, "/var/lib/dpkg/status", notices, database_limit)).value_or("");
    std::map<std::string, GuestPackage, std::less<>> found;
    std::vector<Needs> needs;
    std::vector<std::pair<std::string, text::DpkgPackage>> asked;
    text::each_dpkg_package(status, [&](const text::DpkgPackage &package) {
        Needs one{std::string{package.name}, wanted(package.name), {}};
        for (const auto field : {package.pre_depends, package.depends})
            for (const auto name : text::dependency_names(field))
                if (wanted(name))
                    one.needed.emplace_back(name);
        if (one.asked)
            asked.emplace_back(one.name, package);
        if (!one.needed.empty())
            needs.push_back(std::move(one));
    });
    for (const auto &[name, package] : asked) {
        auto trace = H2K_TRY(dpkg_trace(guest, package));
        if (!trace.empty())
            found[name] = {name, std::move(trace), {package.conffiles.begin(), package.conffiles.end()}, {}};
    }
    mark_needed(found, needs);
    std::vector<GuestPackage> packages;
    for (auto &[name, package] : found)
        packages.push_back(std::move(package));
    return packages;
}

Result<std::vector<GuestPackage>> find_apks(const GuestView &guest, const PackageWanted &wanted, Notices &notices) {
    std::vector<GuestPackage> found;
    for (const auto *path : {"/lib/apk/db/installed", "/usr/lib/apk/db/installed"})
        if (const auto file = H2K_TRY(text::read_config(guest, path, notices, database_limit)); file && found.empty())
            text::each_apk_package(*file, [&](const text::ApkPackage &package) {
                if (wanted(package.name) && !package.file.empty() && is_utf8(package.folder) && is_utf8(package.file))
                    found.push_back({std::string{package.name},
                                     "/" + std::string{package.folder} + "/" + std::string{package.file},
                                     {},
                                     {}});
            });
    std::vector<GuestPackage> there;
    for (auto &package : found)
        if (H2K_TRY(guest.exists(package.trace)))
            there.push_back(std::move(package));
    return there;
}

/// "/var/lib/pacman/local/open-vm-tools-6:12.4.5-1": name, version and release.
std::string pacman_name(const std::string &folder) {
    auto name = base_name(folder);
    for (int i = 0; i < 2; ++i) {
        const auto dash = name.rfind('-');
        name.resize(dash == std::string::npos ? 0 : dash);
    }
    return name;
}

Result<std::vector<GuestPackage>> find_pacman(const GuestView &guest, const PackageWanted &wanted) {
    std::vector<GuestPackage> found;
    for (const auto &path : H2K_TRY(guest.list("/var/lib/pacman/local/*/desc")))
        if (auto name = pacman_name(folder_of(path)); text::is_package_name(name) && wanted(name))
            found.push_back({std::move(name), path, {}, {}});
    return found;
}

Result<std::vector<GuestPackage>> find_rpms(const GuestView &guest, const std::vector<RpmTrace> &rpms) {
    std::vector<GuestPackage> found;
    for (const auto &rpm : rpms)
        if (const auto paths = H2K_TRY(guest.list(rpm.file)); !paths.empty())
            found.push_back({rpm.package, paths.front(), {}, {}});
    return found;
}

} // namespace

Result<std::vector<GuestPackage>> find_packages(const GuestView &guest, const LinuxFacts &facts,
                                                const PackageWanted &wanted, const std::vector<RpmTrace> &rpms,
                                                Notices &notices) {
    if (facts.packages == "deb")
        return find_debs(guest, wanted, notices);
    if (facts.packages == "apk")
        return find_apks(guest, wanted, notices);
    if (facts.packages == "pacman")
        return find_pacman(guest, wanted);
    if (facts.packages == "rpm")
        return find_rpms(guest, rpms);
    return std::vector<GuestPackage>{};
}

std::vector<std::string> quiet_debian_command() {
    // runlevel(8) reads RUNLEVEL, and invoke-rc.d(8) starts nothing in the single-user one.
    return {"env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "PREVLEVEL=N"};
}

std::vector<std::string> removal_command(const LinuxFacts &facts, const std::vector<std::string> &names) {
    std::vector<std::string> argv;
    if (facts.packages == "deb") {
        argv = quiet_debian_command();
        argv.insert(argv.end(), {"dpkg", "--purge"});
    } else if (facts.packages == "rpm")
        argv = {"rpm", "-e"};
    else if (facts.packages == "apk")
        argv = {"apk", "del", "--no-network"};
    else if (facts.packages == "pacman")
        argv = {"pacman", "-R", "--noconfirm"};
    else
        return {};
    argv.insert(argv.end(), names.begin(), names.end());
    return argv;
}

} // namespace h2k
