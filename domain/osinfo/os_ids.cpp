// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/osinfo/os_ids.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>
#include <charconv>

namespace h2k {

namespace {

/// ID of os-release(5), libosinfo's prefix of the version, and libosinfo's distro.
struct Alias {
    const char *id, *prefix, *distro;
};
constexpr std::array aliases{
    Alias{"alpine", "alpinelinux", "alpinelinux"},
    Alias{"arch", "archlinux", "archlinux"},
    Alias{"clear-linux-os", "clearlinux", "clearlinux"},
    Alias{"endless", "eos", "eos"},
    Alias{"miraclelinux", "miraclelinux", "miraclelinux"},
    Alias{"nixos", "nixos-", "nixos"},
    Alias{"opensuse-leap", "opensuse", "opensuse"},
    Alias{"opensuse-tumbleweed", "opensusetumbleweed", "opensuse"},
    Alias{"pop", "popos", "popos"},
    Alias{"raspbian", "debian", "debian"},
    Alias{"rockylinux", "rocky", "rocky"},
    Alias{"scientific", "scientificlinux", "scientificlinux"},
    Alias{"sled", "sled", "sled"},
    Alias{"sles_sap", "sles", "sles"},
    Alias{"void", "voidlinux", "voidlinux"},
};

unsigned leading_number(std::string_view digits) {
    unsigned value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

/// The first @parts numbers of a version.
std::string shortened(const std::string &version, std::size_t parts) {
    auto numbers = split(version, '.');
    numbers.resize(std::min(parts, numbers.size()));
    return join(numbers, ".");
}

/// SUSE counts service packs: "15.4" is sle15sp4, "12.5" is sles12sp5.
void add_suse(OsNames &names, const std::string &id) {
    const auto numbers = split(names.version, '.');
    const std::string pack = numbers.size() > 1 && numbers[1] != "0" ? "sp" + numbers[1] : "";
    const bool merged = leading_number(numbers[0]) >= 15; // server and desktop are one product since 15
    names.distro = merged ? "sle" : id;
    names.prefix = names.distro;
    names.short_ids = {names.distro + numbers[0] + pack};
    names.any = {names.distro + numbers[0] + "-unknown", names.distro + "-unknown"};
}

bool is_stream(const Inspection &guest) {
    return guest.linux_facts().distro == "centos" &&
           (guest.pretty_name.contains("Stream") || leading_number(guest.version) >= 9);
}

} // namespace

bool is_plain_version(const std::string &version) {
    return !version.empty() && version.find_first_not_of("0123456789.") == std::string::npos && version.front() != '.';
}

int compare_versions(const std::string &a, const std::string &b) {
    const auto left = split(a, '.'), right = split(b, '.');
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
        const unsigned x = i < left.size() ? leading_number(left[i]) : 0,
                       y = i < right.size() ? leading_number(right[i]) : 0;
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

OsNames os_names(const Inspection &guest) {
    const auto &distro = guest.linux_facts().distro;
    OsNames names{.distro = distro, .version = is_plain_version(guest.version) ? guest.version : ""};
    if (distro.empty())
        return names;
    std::string prefix = distro;
    if (const auto alias = std::ranges::find(aliases, distro, &Alias::id); alias != aliases.end()) {
        prefix = alias->prefix;
        names.distro = alias->distro;
    }
    if (names.version.empty()) {
        // A rolling distribution, or one between two releases.
        names.short_ids = {prefix, prefix + "testing", prefix + "-rawhide"};
        names.any = {prefix + "-unknown"};
        return names;
    }
    if (names.distro == "sles" || names.distro == "sled") {
        add_suse(names, names.distro);
        return names;
    }
    if (is_stream(guest))
        prefix += "-stream";
    names.prefix = prefix;
    const std::string major = shortened(names.version, 1);
    names.short_ids = {prefix + names.version, prefix + shortened(names.version, 2), prefix + major};
    if (prefix == "opensusetumbleweed")
        names.short_ids = {prefix};
    names.any = {prefix + major + "-unknown", prefix + "-unknown"};
    return names;
}

std::string generic_linux(const std::string &kernel) {
    // The kernels of the Ubuntu releases that the generic entries are derived from.
    constexpr std::array<std::pair<const char *, const char *>, 4> generations{
        {{"5.15", "linux2022"}, {"5.4", "linux2020"}, {"4.15", "linux2018"}, {"4.4", "linux2016"}}};
    const std::string version = shortened(kernel.substr(0, kernel.find_first_not_of("0123456789.")), 2);
    if (!is_plain_version(version))
        return "";
    for (const auto &[oldest, id] : generations)
        if (compare_versions(version, oldest) >= 0)
            return id;
    return "";
}

} // namespace h2k
