// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/values.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/config/configuration.h"
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

Result<std::string> some(const std::string &value, const char *option) {
    if (value.empty() || !is_utf8(value))
        return fail(H2K_ERROR_USAGE, _("--%s needs a value."), option);
    return value;
}

/// Six pairs of hex digits between colons or dashes, unicast and not all zero.
Result<std::string> mac_address(const std::string &value) {
    const auto mac = replace_all(lower(value), "-", ":");
    const auto parts = split(mac, ':');
    const bool well_made = parts.size() == 6 && std::ranges::all_of(parts, [](const std::string &p) {
                               return p.size() == 2 && g_ascii_isxdigit(p[0]) && g_ascii_isxdigit(p[1]);
                           });
    if (!well_made)
        return fail(H2K_ERROR_USAGE, _("“%s” is not a MAC address such as 52:54:00:12:34:56."), value.c_str());
    if ((g_ascii_xdigit_value(mac[1]) & 1) || mac == "00:00:00:00:00:00")
        return fail(H2K_ERROR_USAGE, _("“%s” is not the address of one network card."), value.c_str());
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
        return fail(H2K_ERROR_USAGE, _("“%s” is no size such as 40G, 512M or 1.5T."), value.c_str());
    return static_cast<std::uint64_t>(bytes) / 512 * 512;
}

} // namespace

Result<> set_connect(Request &request, const std::string &value) {
    request.connect = H2K_TRY(some(value, "connect"));
    return {};
}

Result<> set_name(Request &request, const std::string &value) {
    if (!is_name(value))
        return fail(H2K_ERROR_USAGE,
                    _("“%s” cannot name a domain: a name has no slash and no control character, and does not start "
                      "with a dot or a dash."),
                    value.c_str());
    request.name = value;
    return {};
}

Result<> set_pool(Request &request, const std::string &value) {
    request.pool = H2K_TRY(some(value, "pool"));
    return {};
}

Result<> set_output_dir(Request &request, const std::string &value) {
    request.output_dir = absolute_path(H2K_TRY(some(value, "output-dir")));
    return {};
}

Result<> set_format(Request &request, const std::string &value) {
    const auto format = disk_format_named(value);
    if (format != DiskFormat::qcow2 && format != DiskFormat::raw && format != DiskFormat::vdi)
        return fail(H2K_ERROR_USAGE, _("A result cannot have the format “%s”; it is qcow2, raw or vdi."),
                    value.c_str());
    request.format = *format;
    return {};
}

Result<> set_compress(Request &request, const std::string &value) {
    const auto colon = value.find(':');
    const auto method = value.substr(0, colon);
    const bool zstd = method == name_of(Compression::zstd);
    if (!zstd && method != name_of(Compression::zlib))
        return fail(H2K_ERROR_USAGE, _("“%s” is no compression that a qcow2 image has; there are zlib and zstd."),
                    method.c_str());
    const unsigned highest = zstd ? 19 : 9;
    guint64 level = 0;
    if (colon != std::string::npos &&
        !g_ascii_string_to_unsigned(value.c_str() + colon + 1, 10, 1, highest, &level, nullptr))
        return fail(H2K_ERROR_USAGE, _("The level of %s is a number from 1 to %u."), method.c_str(), highest);
    request.compression = zstd ? Compression::zstd : Compression::zlib;
    request.compression_level = static_cast<int>(level);
    return {};
}

Result<> set_preallocation(Request &request, const std::string &value) {
    if (const auto mode = choice_named(
            value, {Preallocation::off, Preallocation::metadata, Preallocation::falloc, Preallocation::full})) {
        request.preallocation = *mode;
        return {};
    }
    return fail(H2K_ERROR_USAGE, _("There is no preallocation “%s”; there are off, metadata, falloc and full."),
                value.c_str());
}

Result<> add_growth(Request &request, const std::string &value) {
    const auto equals = value.find('=');
    Growth growth;
    guint64 disk = 0;
    const auto which = equals == std::string::npos ? "disk0" : value.substr(0, equals);
    if (!which.starts_with("disk") ||
        !g_ascii_string_to_unsigned(which.c_str() + 4, 10, 0, max_disks - 1, &disk, nullptr))
        return fail(H2K_ERROR_USAGE, _("“%s” names no disk; the first one is disk0, the next one disk1."),
                    which.c_str());
    growth.disk = disk;
    auto size = equals == std::string::npos ? value : value.substr(equals + 1);
    growth.relative = size.starts_with('+');
    growth.bytes = H2K_TRY(size_in_bytes(growth.relative ? size.substr(1) : size));
    if (std::ranges::find(request.growths, growth.disk, &Growth::disk) != request.growths.end())
        return fail(H2K_ERROR_USAGE, _("The size of %s is given twice."), which.c_str());
    request.growths.push_back(growth);
    return {};
}

Result<> set_checksum(Request &request, const std::string &) {
    request.checksum = true;
    return {};
}

Result<> set_source_connect(Request &request, const std::string &value) {
    request.source_connect = H2K_TRY(some(value, "source-connect"));
    return {};
}

Result<> add_allowed_folder(Request &request, const std::string &value) {
    const auto real = real_path(H2K_TRY(some(value, "allow-folder")));
    if (!real || !g_file_test(real->c_str(), G_FILE_TEST_IS_DIR))
        return fail(H2K_ERROR_USAGE, _("“%s” is no folder."), value.c_str());
    request.allowed_folders.push_back(*real);
    return {};
}

Result<> set_metadata_only(Request &request, const std::string &) {
    request.metadata_only = true;
    return {};
}

Result<> set_input_format(Request &request, const std::string &value) {
    request.input_format = disk_format_named(value);
    if (!request.input_format)
        return fail(H2K_ERROR_USAGE, _("“%s” is not a source format; those are vmdk, vhd, vhdx, vdi, qcow2 and raw."),
                    value.c_str());
    return {};
}

Result<> add_mac(Request &request, const std::string &value) {
    auto mac = H2K_TRY(mac_address(value));
    if (std::ranges::find(request.macs, mac) != request.macs.end())
        return fail(H2K_ERROR_USAGE, _("The MAC address %s is given twice."), mac.c_str());
    request.macs.push_back(std::move(mac));
    return {};
}

Result<> add_key(Request &request, const std::string &value) {
    // A device's by-path name has colons of its own.
    const auto file = value.rfind(":file:");
    if (file == std::string::npos && value.find(":key:") != std::string::npos)
        return fail(H2K_ERROR_USAGE, "%s", // without the value, which others would see
                    _("A key is not given on the command line, where every user of the host can read it; write it to a "
                      "file and give SELECTOR:file:PATH."));
    if (file == std::string::npos || file == 0 || !is_utf8(value))
        return fail(H2K_ERROR_USAGE, "%s", _("--key needs a value such as all:file:/root/passphrase."));
    DiskKey key{.selector = value.substr(0, file), .secret = {}};
    const auto path = value.substr(file + 6);
    auto content = read_file(path, longest_key);
    if (!content)
        return fail(H2K_ERROR_USAGE, _("The key file “%s” cannot be used: %s"), path.c_str(),
                    content.error().message());
    if (content->ends_with('\n'))
        content->pop_back();
    if (content->empty())
        return fail(H2K_ERROR_USAGE, _("The key file “%s” is empty."), path.c_str());
    if (content->find('\0') != std::string::npos)
        return fail(H2K_ERROR_USAGE, _("The key file “%s” has a zero byte in it, which no passphrase has."),
                    path.c_str());
    key.secret = *std::move(content);
    request.keys.push_back(std::move(key));
    return {};
}

Result<> set_root(Request &request, const std::string &value) {
    request.root = H2K_TRY(some(value, "root"));
    return {};
}

Result<> set_network_fix(Request &request, const std::string &value) {
    if (const auto fix = choice_named(value, {NetworkFix::keep_names, NetworkFix::clean, NetworkFix::none})) {
        request.repair.network = *fix;
        return {};
    }
    return fail(H2K_ERROR_USAGE, _("There is no network fix “%s”; there are keep-names, clean and none."),
                value.c_str());
}

Result<> set_machine_id(Request &request, const std::string &value) {
    if (const auto policy = choice_named(value, {MachineId::keep, MachineId::renew})) {
        request.repair.machine_id = *policy;
        return {};
    }
    return fail(H2K_ERROR_USAGE, _("There is no choice “%s” for the machine ID; there are keep and new."),
                value.c_str());
}

Result<> set_configuration(Request &request, const std::string &value) {
    const auto path = H2K_TRY(some(value, "configuration"));
    const auto text = read_file(path, 8u << 20);
    if (!text)
        return fail(H2K_ERROR_USAGE, "%s", text.error().message());
    request.repair.configuration = H2K_TRY(parse_configuration(*text, path));
    return {};
}

Result<> set_boot_test(Request &request, const std::string &value) {
    if (const auto test = choice_named(value, {BootTest::probe, BootTest::observe, BootTest::none})) {
        request.boot_test = *test;
        return {};
    }
    return fail(H2K_ERROR_USAGE, _("There is no boot test “%s”; there are probe, observe and none."), value.c_str());
}

Result<> set_boot_timeout(Request &request, const std::string &value) {
    guint64 seconds = 0;
    if (!g_ascii_string_to_unsigned(value.c_str(), 10, 1, 86400, &seconds, nullptr))
        return fail(H2K_ERROR_USAGE, _("“%s” is not a number of seconds from 1 to 86400."), value.c_str());
    request.boot_timeout = static_cast<unsigned>(seconds);
    return {};
}

Result<> set_no_define(Request &request, const std::string &) {
    request.define = false;
    return {};
}

Result<> set_dry_run(Request &request, const std::string &) {
    request.dry_run = true;
    return {};
}

Result<> set_report(Request &request, const std::string &value) {
    request.report = absolute_path(H2K_TRY(some(value, "report")));
    return {};
}

} // namespace h2k
