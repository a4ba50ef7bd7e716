// SPDX-License-Identifier: LGPL-2.1-or-later
// Databases of packages, release files, versions of kernels, and names of MACs and devices.
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "convert/inspect/os_release.h"
#include "convert/inspect/version_order.h"
#include "fixers/text/package_lists.h"
#include "tests/fuzz/fuzz.h"

using namespace h2k;
using fuzz::require;

static void check_lists(std::string_view file) {
    text::each_dpkg_package(file, [](const text::DpkgPackage &package) {
        require(text::is_package_name(package.name) && package.conffiles.size() <= 64);
        for (const auto &path : package.conffiles)
            require(path.starts_with('/'));
        for (const auto &field : {package.pre_depends, package.depends})
            for (const auto &name : text::dependency_names(field))
                require(text::is_package_name(name));
    });
    text::each_apk_package(file, [](const text::ApkPackage &package) {
        require(text::is_package_name(package.name) && !package.folder.starts_with("etc"));
    });
}

static void check_release(const OsRelease &release) {
    for (const auto *value : {&release.id, &release.like, &release.version, &release.pretty_name})
        require(value->size() <= 512 && value->find('\n') == std::string::npos);
}

/// Versions are in one order, whichever is asked first.
static void check_versions(std::string_view file) {
    auto all = lines(file);
    all.resize(std::min<std::size_t>(all.size(), 8));
    for (const auto &a : all)
        for (const auto &b : all) {
            require(version_order(a, b) == (0 <=> version_order(b, a)));
            for (const auto &c : all)
                if (version_order(a, b) < 0 && version_order(b, c) < 0)
                    require(version_order(a, c) < 0);
        }
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto file = fuzz::text_of(data, size);
    check_lists(file);
    for (const auto parse : {parse_os_release, parse_debian_version, parse_redhat_release})
        check_release(parse(file));
    check_versions(file);
    for (const auto &word : words(file))
        if (const auto mac = parse_mac(word); !mac.empty())
            require(mac.size() == 17 && parse_mac(mac) == mac);
    return 0;
}
