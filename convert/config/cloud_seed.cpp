// SPDX-License-Identifier: LGPL-2.1-or-later
// --cloud-init: the files of a NoCloud data source (cloud-init documentation, "NoCloud").
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/config/guest_values.h"
#include "convert/config/option_values.h"
#include "convert/document/yaml.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t file_limit = 1u << 20;
constexpr DocumentLimits limits{.most_bytes = file_limit, .most_depth = 64, .most_values = 200000};

/// User data can also be a script, a list of addresses, a MIME archive or a template; only cloud-config is YAML.
bool is_yaml_user_data(std::string_view text) { return text.starts_with("#cloud-config"); }

/// As cloud-init reads it, with aliases.
Result<Document> check_yaml(const std::string &path, const std::string &text) {
    return read_yaml(text, path, limits, YamlReader::tolerant);
}

Result<std::string> read_seed_file(const std::string &path) {
    auto file = read_file(path, file_limit);
    if (!file)
        return fail(H2K_ERROR_USAGE, "%s", file.error().message());
    if (!is_utf8(*file))
        return fail(H2K_ERROR_USAGE, _("“%s” is not UTF-8 text."), path.c_str());
    return file;
}

/// cloud-init runs again where the id differs; the same content gets the same id.
void need_instance_id(CloudSeed &seed, bool has_one) {
    if (has_one)
        return;
    const auto all = seed.user_data + '\0' + seed.meta_data + '\0' + seed.network_config;
    const auto line = "instance-id: virt-hyper2kvm-" + sha256_of(all).substr(0, 16) + "\n";
    seed.meta_data += (seed.meta_data.empty() || seed.meta_data.ends_with('\n') ? "" : "\n") + line;
}

std::unexpected<Error> not_a_part(const std::string &part) {
    return fail(H2K_ERROR_USAGE, _("“%s” is not user-data=FILE, meta-data=FILE, network-config=FILE or iso."),
                part.c_str());
}

Result<> set_cloud_init(Request &request, const Option &, const std::string &value) {
    CloudSeed seed;
    bool has_id = false;
    for (const auto &part : split(value, ',')) {
        const auto equals = part.find('=');
        const auto what = part.substr(0, equals), path = equals == std::string::npos ? "" : part.substr(equals + 1);
        if (part == "iso") {
            seed.as_iso = true;
            seed.option.push_back(part);
            continue;
        }
        if (path.empty())
            return not_a_part(part);
        seed.option.push_back(what + "=" + absolute_path(path));
        if (what == "user-data") {
            seed.user_data = H2K_TRY(read_seed_file(path));
            if (is_yaml_user_data(seed.user_data))
                H2K_CHECK(check_yaml(path, seed.user_data));
        } else if (what == "meta-data") {
            seed.meta_data = H2K_TRY(read_seed_file(path));
            has_id = H2K_TRY(check_yaml(path, seed.meta_data)).root.member("instance-id") != nullptr;
        } else if (what == "network-config") {
            seed.network_config = H2K_TRY(read_seed_file(path));
            H2K_CHECK(check_yaml(path, seed.network_config));
        } else
            return not_a_part(part);
    }
    if (std::ranges::all_of(seed.option, [](const std::string &part) { return part == "iso"; }))
        return fail(H2K_ERROR_USAGE, "%s",
                    _("--cloud-init needs at least one of user-data, meta-data and network-config."));
    if (!seed.meta_data.empty() && !has_id && seed.meta_data.starts_with('{'))
        return fail(H2K_ERROR_USAGE, "%s", _("The meta-data has no instance-id; meta-data in JSON must contain one."));
    need_instance_id(seed, has_id);
    request.repair.cloud_init = std::move(seed);
    return {};
}

} // namespace

constinit const OptionValue cloud_seed{
    .kind = OptionKind::text,
    .set = set_cloud_init,
    .get =
        [](const Request &r) { return values_of(r.repair.cloud_init ? join(r.repair.cloud_init->option, ",") : ""); },
};

} // namespace h2k
