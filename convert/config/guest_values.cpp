// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/guest_values.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/config/configuration.h"
#include "convert/config/option_values.h"
#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr const char *at_first_boot = "first-boot";
constexpr const char *agent_sources[] = {at_first_boot, nullptr};

using FirstBytes = std::array<char, 24>;

/// The first bytes of a regular file, with zeros after its end.
Result<FirstBytes> first_bytes(const std::string &path) {
    FirstBytes bytes{};
    const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat status{};
    const bool regular = file && fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
    const auto got = regular ? pread(file.get(), bytes.data(), bytes.size(), 0) : -1;
    if (got < 0)
        return fail(H2K_ERROR_USAGE, _("The package “%s” cannot be read."), path.c_str());
    return bytes;
}

/// deb(5) is an ar archive whose first member is debian-binary; an RPM starts with its lead; an apk is a gzip stream
/// or "ADB"; pacman's packages are compressed archives.
bool is_package(const std::string &name, const FirstBytes &bytes) {
    const std::string_view start{bytes.data(), bytes.size()};
    if (name.ends_with(".deb"))
        return start.starts_with("!<arch>\ndebian-binary");
    if (name.ends_with(".rpm"))
        return start.starts_with("\xed\xab\xee\xdb");
    if (name.ends_with(".apk"))
        return start.starts_with("\x1f\x8b") || start.starts_with("ADB");
    return name.find(".pkg.tar.") != std::string::npos && (start.starts_with("\x28\xb5\x2f\xfd") ||
                                                           start.starts_with("\xfd"
                                                                             "7zXZ") ||
                                                           start.starts_with("\x1f\x8b"));
}

/// The name becomes a part of a command in the guest.
bool is_plain_name(const std::string &name) {
    return name.size() <= 200 && consists_of(name, "._-+~:%") && g_ascii_isalnum(name.front());
}

Result<> set_configuration(Request &request, const Option &option, const std::string &value) {
    const auto path = H2K_TRY(text_value(option, value));
    const auto text = read_file(path, 8u << 20);
    if (!text)
        return fail(H2K_ERROR_USAGE, "%s", text.error().message());
    request.repair.configuration = H2K_TRY(parse_configuration(*text, path));
    request.repair.configuration.file = absolute_path(path);
    return {};
}

Result<> set_keep_old_tools(Request &request, const Option &option, const std::string &value) {
    auto &choice = request.repair.old_tools;
    if (H2K_TRY(flag_value(option, value)))
        choice = ToolsRemoval::keep;
    else if (choice == ToolsRemoval::keep)
        choice = RepairOptions{}.old_tools;
    return {};
}

Result<> add_agent_package(Request &request, const Option &, const std::string &value) {
    if (value == at_first_boot) {
        request.repair.agent_packages.push_back(value);
        return {};
    }
    const auto path = absolute_path(value), name = base_name(path);
    if (value.empty() || !is_plain_name(name))
        return fail(H2K_ERROR_USAGE, _("The name of “%s” is not valid for a package file."), value.c_str());
    if (!is_package(name, H2K_TRY(first_bytes(path))))
        return fail(H2K_ERROR_USAGE,
                    _("“%s” is not a package: its name and its first bytes must be those of a .deb, .rpm, .apk or "
                      ".pkg.tar.zst file."),
                    value.c_str());
    request.repair.agent_packages.push_back(path);
    return {};
}

} // namespace

constinit const OptionValue configuration_file{
    .kind = OptionKind::file,
    .set = set_configuration,
    .get = [](const Request &r) { return values_of(r.repair.configuration.file); },
};
constinit const OptionValue agent_package{
    .kind = OptionKind::file,
    .set = add_agent_package,
    .get = [](const Request &r) { return r.repair.agent_packages; },
    .repeats = true,
    .choices = agent_sources,
};
constinit const OptionValue keep_old_tools{
    .kind = OptionKind::flag,
    .set = set_keep_old_tools,
    .get = [](const Request &r) { return values_of(r.repair.old_tools == ToolsRemoval::keep ? "true" : ""); },
};

} // namespace h2k
