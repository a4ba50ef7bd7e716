// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/package_lists.h"
#include "convert/base/text.h"
#include <algorithm>
#include <glib.h>

namespace h2k::text {

namespace {

constexpr std::size_t most_packages = 65536, most_conffiles = 64, most_names = 512, longest_name = 128;

/// The lines of @file, one after the other, without a list of them: such a file has several MiB.
template <typename Visit> void each_line(std::string_view file, const Visit &visit) {
    while (!file.empty()) {
        const auto end = std::min(file.find('\n'), file.size());
        visit(file.substr(0, end));
        file.remove_prefix(std::min(end + 1, file.size()));
    }
}

/// One stanza of the status file while it is read.
struct Stanza {
    DpkgPackage package;
    bool installed = false;
    bool in_conffiles = false;

    void field(std::string_view name, std::string_view value) {
        in_conffiles = name == "Conffiles";
        if (name == "Package")
            package.name = value;
        else if (name == "Architecture")
            package.arch = value;
        else if (name == "Pre-Depends")
            package.pre_depends = value;
        else if (name == "Depends")
            package.depends = value;
        else if (name == "Status") // dpkg-query(1): what is wanted, an error flag, and the state, the third word
            installed = !value.ends_with(" config-files") && !value.ends_with(" not-installed");
    }
    /// " /etc/x.conf 0123…", followed by "obsolete" where the package no longer has it.
    void conffile(std::string_view line) {
        const auto text = trim(line);
        const auto path = text.substr(0, text.find(' '));
        if (path.starts_with('/') && package.conffiles.size() < most_conffiles)
            package.conffiles.push_back(path);
    }
    void line(std::string_view line) {
        if (line.starts_with(' ') || line.starts_with('\t')) {
            if (in_conffiles)
                conffile(line);
            return;
        }
        const auto colon = line.find(':');
        if (colon != std::string_view::npos)
            field(line.substr(0, colon), trim(line.substr(colon + 1)));
    }
};

} // namespace

bool is_package_name(std::string_view name) {
    return name.size() >= 2 && name.size() <= longest_name && g_ascii_isalnum(name.front()) &&
           std::ranges::all_of(
               name, [](char c) { return g_ascii_isalnum(c) || c == '+' || c == '.' || c == '-' || c == '_'; });
}

void each_dpkg_package(std::string_view file, const std::function<void(const DpkgPackage &)> &visit) {
    std::size_t count = 0;
    Stanza stanza;
    const auto end = [&] {
        if (stanza.installed && is_package_name(stanza.package.name) && count++ < most_packages)
            visit(stanza.package);
        stanza = {};
    };
    each_line(file, [&](std::string_view line) {
        if (line.empty())
            end();
        else
            stanza.line(line);
    });
    end();
}

std::vector<std::string_view> dependency_names(std::string_view field) {
    std::vector<std::string_view> names;
    while (!field.empty() && names.size() < most_names) {
        const auto end = std::min(field.find_first_of(",|"), field.size());
        const auto term = trim(field.substr(0, end));
        // deb-control(5): NAME[:ARCH] [(RELATION VERSION)] [[ARCHES]] [<PROFILES>]
        const auto name = term.substr(0, term.find_first_of(" (:[<\t"));
        if (is_package_name(name))
            names.push_back(name);
        field.remove_prefix(std::min(end + 1, field.size()));
    }
    return names;
}

void each_apk_package(std::string_view file, const std::function<void(const ApkPackage &)> &visit) {
    std::size_t count = 0;
    ApkPackage package;
    std::string_view folder;
    const auto end = [&] {
        if (is_package_name(package.name) && count++ < most_packages)
            visit(package);
        package = {};
        folder = {};
    };
    each_line(file, [&](std::string_view line) {
        if (line.empty())
            end();
        else if (line.starts_with("P:"))
            package.name = line.substr(2);
        else if (line.starts_with("F:"))
            folder = line.substr(2);
        else if (line.starts_with("R:") && package.file.empty() && !folder.starts_with("etc")) {
            package.folder = folder;
            package.file = line.substr(2);
        }
    });
    end();
}

} // namespace h2k::text
