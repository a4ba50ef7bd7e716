// SPDX-License-Identifier: LGPL-2.1-or-later
// --cloud-init: the files of a NoCloud data source (cloud-init documentation, "NoCloud").
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/config/guest_values.h"
#include <yaml.h>

namespace h2k {

namespace {

constexpr std::size_t file_limit = 1u << 20, most_events = 200000;
constexpr unsigned most_depth = 64;

/// What is found in a YAML document.
struct Yaml {
    bool valid = false;
    std::size_t line = 0;         ///< of the error, from 1
    bool has_instance_id = false; ///< the outermost mapping has the key instance-id
};

/// Follows the nesting of one document's events.
class Walk {
  public:
    /// False where the document is nested too deeply.
    bool see(const yaml_event_t &event, Yaml &into) {
        switch (event.type) {
        case YAML_MAPPING_START_EVENT:
        case YAML_SEQUENCE_START_EVENT:
            is_mapping_ = depth_ == 0 ? event.type == YAML_MAPPING_START_EVENT : is_mapping_;
            count();
            return ++depth_ <= most_depth;
        case YAML_MAPPING_END_EVENT:
        case YAML_SEQUENCE_END_EVENT: --depth_; return true;
        case YAML_SCALAR_EVENT:
            if (depth_ == 1 && is_mapping_ && children_ % 2 == 0 &&
                std::string_view{reinterpret_cast<const char *>(event.data.scalar.value), event.data.scalar.length} ==
                    "instance-id")
                into.has_instance_id = true;
            count();
            return true;
        case YAML_ALIAS_EVENT: count(); return true;
        default: return true;
        }
    }

  private:
    void count() {
        if (depth_ == 1)
            ++children_;
    }
    unsigned depth_ = 0;
    std::size_t children_ = 0; ///< of the outermost node: keys and values in turn
    bool is_mapping_ = false;
};

Yaml read_yaml(const std::string &text) {
    Yaml found;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return found;
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char *>(text.data()), text.size());
    Walk walk;
    bool going = true;
    for (std::size_t i = 0; going && i < most_events; ++i) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            found.line = parser.problem_mark.line + 1;
            break;
        }
        found.valid = event.type == YAML_STREAM_END_EVENT;
        going = walk.see(event, found) && !found.valid;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return found;
}

/// User data can also be a script, a list of addresses, a MIME archive or a template; only cloud-config is YAML.
bool is_yaml_user_data(std::string_view text) { return text.starts_with("#cloud-config"); }

Result<Yaml> check_yaml(const std::string &path, const std::string &text) {
    auto yaml = read_yaml(text);
    if (!yaml.valid)
        return fail(H2K_ERROR_USAGE, _("“%s” is not valid YAML (line %zu)."), path.c_str(), yaml.line);
    return yaml;
}

Result<std::string> read_seed_file(const std::string &path) {
    auto file = read_file(path, file_limit);
    if (!file)
        return fail(H2K_ERROR_USAGE, "%s", file.error().message());
    if (!is_utf8(*file))
        return fail(H2K_ERROR_USAGE, _("“%s” is not text."), path.c_str());
    return file;
}

/// cloud-init works anew where the id is another; the same content gets the same one.
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

} // namespace

Result<> set_cloud_init(Request &request, const std::string &value) {
    CloudSeed seed;
    bool has_id = false, has_file = false;
    for (const auto &part : split(value, ',')) {
        const auto equals = part.find('=');
        const auto what = part.substr(0, equals), path = equals == std::string::npos ? "" : part.substr(equals + 1);
        if (part == "iso") {
            seed.as_iso = true;
            continue;
        }
        if (path.empty())
            return not_a_part(part);
        has_file = true;
        if (what == "user-data") {
            seed.user_data = H2K_TRY(read_seed_file(path));
            if (is_yaml_user_data(seed.user_data))
                (void)H2K_TRY(check_yaml(path, seed.user_data));
        } else if (what == "meta-data") {
            seed.meta_data = H2K_TRY(read_seed_file(path));
            has_id = H2K_TRY(check_yaml(path, seed.meta_data)).has_instance_id;
        } else if (what == "network-config") {
            seed.network_config = H2K_TRY(read_seed_file(path));
            (void)H2K_TRY(check_yaml(path, seed.network_config));
        } else
            return not_a_part(part);
    }
    if (!has_file)
        return fail(H2K_ERROR_USAGE, "%s", _("--cloud-init names no file."));
    if (!seed.meta_data.empty() && !has_id && seed.meta_data.starts_with('{'))
        return fail(H2K_ERROR_USAGE, "%s", _("The meta-data have no instance-id."));
    need_instance_id(seed, has_id);
    request.repair.cloud_init = std::move(seed);
    return {};
}

} // namespace h2k
