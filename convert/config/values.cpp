// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/values.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "convert/config/option_values.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_key = 1u << 20;

/// A name that is both a libvirt domain name and the start of a file name.
bool is_name(const std::string &name) {
    return !name.empty() && name.size() <= longest_name && name.front() != '.' && name.front() != '-' &&
           is_utf8(name) && std::ranges::none_of(name, [](char c) {
               return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
           });
}

/// The address of one card.
Result<std::string> checked_mac(const std::string &value) {
    auto mac = parse_mac(value);
    if (mac.empty())
        return fail(H2K_ERROR_USAGE, _("“%s” is not a MAC address such as 52:54:00:12:34:56."), value.c_str());
    if (!is_mac_of_card(mac))
        return fail(H2K_ERROR_USAGE, _("“%s” cannot be the address of a network card."), value.c_str());
    return mac;
}

/// "10G", "512M", "1.5T" or plain bytes, in powers of 1024; whole sectors.
Result<std::uint64_t> size_in_bytes(const std::string &value) {
    char *rest = nullptr;
    const double number = g_ascii_strtod(value.c_str(), &rest);
    constexpr std::string_view units = "KMGT";
    constexpr double largest = 64.0 * 1024 * 1024 * 1024 * 1024;
    double unit = 1;
    if (const auto at = *rest ? units.find(g_ascii_toupper(*rest)) : std::string_view::npos;
        at != std::string_view::npos) {
        unit = static_cast<double>(std::uint64_t{1} << (10 * (at + 1)));
        rest += g_str_equal(rest + 1, "iB") ? 3 : g_str_equal(rest + 1, "B") ? 2 : 1;
    }
    const double bytes = number * unit;
    const bool digits = !value.empty() && g_ascii_isdigit(value.front());
    if (!digits || value.find_first_of("xXeEpP") != std::string::npos || *rest || !(bytes >= 512) || bytes > largest)
        return fail(H2K_ERROR_USAGE, _("“%s” is not a size such as 40G, 512M or 1.5T."), value.c_str());
    return static_cast<std::uint64_t>(bytes) / 512 * 512;
}

Result<> set_name(Request &request, const Option &, const std::string &value) {
    if (!is_name(value))
        return fail(H2K_ERROR_USAGE,
                    _("“%s” is not a valid name of a domain: it must not contain a slash or a control character, or "
                      "start with a dot or a dash."),
                    value.c_str());
    request.name = value;
    return {};
}

Result<> set_result_format(Request &request, const Option &option, const std::string &value) {
    H2K_CHECK(choice_index(option, value));
    request.format = *disk_format_named(value);
    return {};
}

Result<> set_source_format(Request &request, const Option &option, const std::string &value) {
    H2K_CHECK(choice_index(option, value));
    request.input_format = disk_format_named(value);
    return {};
}

Result<> set_compress(Request &request, const Option &option, const std::string &value) {
    H2K_CHECK(choice_index(option, value));
    request.compression = value == name_of(Compression::zstd) ? Compression::zstd : Compression::zlib;
    return {};
}

std::vector<std::string> get_compression(const Request &request) {
    return values_of(request.compression == Compression::none ? "" : name_of(request.compression));
}

Result<> add_growth(Request &request, const Option &, const std::string &value) {
    const auto equals = value.find('=');
    Growth growth;
    const auto which = equals == std::string::npos ? "disk0" : value.substr(0, equals);
    const auto disk =
        which.starts_with("disk") ? parse_number<std::size_t>(which.substr(4), 0, max_disks - 1) : std::nullopt;
    if (!disk)
        return fail(H2K_ERROR_USAGE, _("“%s” is not the name of a disk; the first one is disk0, the next one disk1."),
                    which.c_str());
    growth.disk = *disk;
    auto size = equals == std::string::npos ? value : value.substr(equals + 1);
    growth.relative = size.starts_with('+');
    growth.bytes = H2K_TRY(size_in_bytes(growth.relative ? size.substr(1) : size));
    if (std::ranges::find(request.growths, growth.disk, &Growth::disk) != request.growths.end())
        return fail(H2K_ERROR_USAGE, _("The size of %s is given more than once."), which.c_str());
    request.growths.push_back(growth);
    return {};
}

std::vector<std::string> get_growths(const Request &request) {
    std::vector<std::string> values;
    for (const auto &growth : request.growths)
        values.push_back("disk" + std::to_string(growth.disk) + (growth.relative ? "=+" : "=") +
                         std::to_string(growth.bytes));
    return values;
}

Result<> add_allowed_folder(Request &request, const Option &option, const std::string &value) {
    const auto real = real_path(H2K_TRY(text_value(option, value)));
    if (!real || !g_file_test(real->c_str(), G_FILE_TEST_IS_DIR))
        return fail(H2K_ERROR_USAGE, _("“%s” is not a folder."), value.c_str());
    request.allowed_folders.push_back(*real);
    return {};
}

Result<> add_mac(Request &request, const Option &, const std::string &value) {
    auto mac = H2K_TRY(checked_mac(value));
    if (std::ranges::find(request.macs, mac) != request.macs.end())
        return fail(H2K_ERROR_USAGE, _("The MAC address %s is given more than once."), mac.c_str());
    request.macs.push_back(std::move(mac));
    return {};
}

Result<> add_key(Request &request, const Option &, const std::string &value) {
    // A device's by-path name has colons of its own.
    const auto file = value.rfind(":file:");
    if (file == std::string::npos && value.find(":key:") != std::string::npos)
        return fail(H2K_ERROR_USAGE, "%s", // without the value, which others would see
                    _("Every user of the host could read a key on the command line; write it to a file and use "
                      "SELECTOR:file:PATH."));
    if (file == std::string::npos || file == 0 || !is_utf8(value))
        return fail(H2K_ERROR_USAGE, "%s", _("--key needs a value such as all:file:/root/passphrase."));
    const auto path = value.substr(file + 6);
    DiskKey key{.selector = value.substr(0, file), .secret = {}, .file = absolute_path(path)};
    const auto content = Secret::read(path, longest_key);
    if (!content)
        return fail(H2K_ERROR_USAGE, _("The key file “%s” cannot be used: %s"), path.c_str(),
                    content.error().message());
    key.secret = content->without_line_end();
    if (key.secret.empty())
        return fail(H2K_ERROR_USAGE, _("The key file “%s” is empty."), path.c_str());
    if (key.secret.view().contains('\0'))
        return fail(H2K_ERROR_USAGE, _("The key file “%s” contains a zero byte, which a passphrase cannot contain."),
                    path.c_str());
    request.keys.push_back(std::move(key));
    return {};
}

std::vector<std::string> get_keys(const Request &request) {
    std::vector<std::string> values;
    for (const auto &key : request.keys)
        values.push_back(key.selector + ":file:" + key.file);
    return values;
}

/// Null-terminated.
std::vector<const char *> format_names(bool results_only) {
    std::vector<const char *> names;
    for (const auto &facts : disk_formats())
        if (facts.is_result || !results_only)
            names.push_back(facts.name);
    names.push_back(nullptr);
    return names;
}

const auto result_formats = format_names(true), source_formats = format_names(false);
constexpr const char *compressions[] = {name_of(Compression::zlib), name_of(Compression::zstd), nullptr};

} // namespace

constinit const OptionValue domain_name{OptionKind::text, set_name, [](const Request &r) { return values_of(r.name); }};
const OptionValue result_format{
    .kind = OptionKind::choice,
    .set = set_result_format,
    .get = [](const Request &r) { return values_of(name_of(r.format)); },
    .choices = result_formats.data(),
};
const OptionValue source_format{
    .kind = OptionKind::choice,
    .set = set_source_format,
    .get = [](const Request &r) { return values_of(r.input_format ? name_of(*r.input_format) : ""); },
    .choices = source_formats.data(),
};
constinit const OptionValue compression{
    .kind = OptionKind::text, .set = set_compress, .get = get_compression, .choices = compressions};
constinit const OptionValue disk_growth{
    .kind = OptionKind::size, .set = add_growth, .get = get_growths, .repeats = true};
constinit const OptionValue allowed_folder{
    .kind = OptionKind::folder,
    .set = add_allowed_folder,
    .get = [](const Request &r) { return r.allowed_folders; },
    .repeats = true,
};
constinit const OptionValue mac_address{
    .kind = OptionKind::text,
    .set = add_mac,
    .get = [](const Request &r) { return r.macs; },
    .repeats = true,
};
constinit const OptionValue disk_key{.kind = OptionKind::text, .set = add_key, .get = get_keys, .repeats = true};

} // namespace h2k
