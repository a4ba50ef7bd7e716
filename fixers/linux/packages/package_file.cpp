// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/packages/package_file.h"
#include "convert/base/text.h"
#include "fixers/linux/packages/guest_packages.h"
#include <algorithm>
#include <glib.h>

namespace h2k {

namespace {

struct Arch {
    const char *machine; ///< as in Inspection
    const char *deb, *other;
};
constexpr Arch arches[] = {{"x86_64", "amd64", "x86_64"},     {"aarch64", "arm64", "aarch64"},
                           {"i686", "i386", "i686"},          {"armv7l", "armhf", "armv7hl"},
                           {"ppc64le", "ppc64el", "ppc64le"}, {"s390x", "s390x", "s390x"},
                           {"riscv64", "riscv64", "riscv64"}};

bool is_arch(const std::string &machine, std::string_view named) {
    if (named == "all" || named == "noarch" || named == "any")
        return true;
    return std::ranges::any_of(arches, [&](const Arch &arch) {
        return machine == arch.machine && (named == arch.deb || named == arch.other);
    });
}

/// The digits after @mark in @name; empty: none.
std::string digits_after(const std::string &name, const std::string &mark) {
    std::string digits;
    if (const auto at = name.find(mark); at != std::string::npos)
        for (auto i = at + mark.size(); i < name.size() && g_ascii_isdigit(name[i]); ++i)
            digits += name[i];
    return digits;
}

/// Versions of packages that were built for one release of Debian or RHEL name it.
bool fits_release(const Inspection &facts, const std::string &name) {
    const auto &distro = facts.linux_facts().distro;
    const auto major = facts.version.substr(0, facts.version.find('.'));
    const auto el = digits_after(name, ".el"), fedora = digits_after(name, ".fc"), debian = digits_after(name, "deb");
    if (!el.empty() || !fedora.empty())
        return (distro == "fedora" ? fedora : el) == major || major.empty();
    return debian.empty() || distro != "debian" || major.empty() || debian == major;
}

} // namespace

bool is_plain_path(std::string_view path) { return path.starts_with('/') && consists_of(path, "/._-+~:%"); }

bool package_file_fits(const Inspection &facts, const std::string &name) {
    const auto &format = facts.linux_facts().packages;
    const auto between = [&](const char *end, char separator) -> std::string {
        const auto stem = name.substr(0, name.size() - std::string_view{end}.size());
        const auto at = stem.rfind(separator);
        return at == std::string::npos ? "" : stem.substr(at + 1);
    };
    if (format == "deb")
        return name.ends_with(".deb") && is_arch(facts.arch, between(".deb", '_')) && fits_release(facts, name);
    if (format == "rpm")
        return name.ends_with(".rpm") && is_arch(facts.arch, between(".rpm", '.')) && fits_release(facts, name);
    if (format == "apk")
        return name.ends_with(".apk");
    const auto packed = name.find(".pkg.tar.");
    return format == "pacman" && packed != std::string::npos &&
           is_arch(facts.arch, between(name.c_str() + packed, '-'));
}

std::vector<std::string> installation_command(const LinuxFacts &facts, const std::vector<std::string> &paths) {
    std::vector<std::string> argv;
    if (facts.packages == "deb") {
        // apt checks the dependencies first, where dpkg would leave a package half installed, and may take them from
        // its cache; it must not wait for others.  Its own user cannot read our folder.
        argv = quiet_debian_command();
        argv.insert(argv.end(),
                    {"apt-get", "install", "--yes", "--no-install-recommends", "-o", "APT::Sandbox::User=root", "-o",
                     "Acquire::Retries=0", "-o", "Acquire::http::Proxy=http://127.0.0.1:9", "-o",
                     "Acquire::https::Proxy=http://127.0.0.1:9"});
    } else if (facts.packages == "rpm")
        argv = {"rpm", "-U"};
    else if (facts.packages == "apk")
        argv = {"apk", "add", "--allow-untrusted", "--no-network"};
    else if (facts.packages == "pacman")
        argv = {"pacman", "-U", "--noconfirm"};
    else
        return {};
    argv.insert(argv.end(), paths.begin(), paths.end());
    return argv;
}

} // namespace h2k
