// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/configuration.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/config/configuration_checks.h"
#include "convert/document/yaml.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t most_units = 256, most_hosts = 1024, most_names = 64;
constexpr std::size_t longest_host = 64, longest_full_host = 253; // HOST_NAME_MAX; RFC 1035

Key units(std::vector<const char *> spellings, std::vector<std::string> &into) {
    return {std::move(spellings), [&into](const Node &list) {
                return list.each(most_units, [&into](const Node &item) -> Result<> {
                    into.push_back(H2K_TRY(unit_name(item)));
                    return {};
                });
            }};
}

Result<> add_host(const Node &node, const std::string &address, const Node &names, Configuration &into) {
    auto &host = into.hosts.emplace_back(H2K_TRY(ip_address(node, address)), std::vector<std::string>{});
    const auto add = [&](const Node &item) -> Result<> {
        const auto text = H2K_TRY(item.text());
        for (const auto &name : words(text))
            host.second.push_back(H2K_TRY(host_name(item, name, longest_full_host)));
        return {};
    };
    H2K_CHECK(names.each(most_names, add));
    if (host.second.empty())
        return node.refused(_("The address %s has no host name."), address.c_str());
    return {};
}

/// A list of {ip, hostname}, or addresses with their names.
Result<> read_hosts(const Node &hosts, Configuration &into) {
    if (hosts.kind == Node::Kind::map) {
        if (hosts.items.size() > most_hosts)
            return hosts.refused(_("The list has more than %zu items."), most_hosts);
        for (std::size_t i = 0; i < hosts.items.size(); ++i)
            H2K_CHECK(add_host(hosts.items[i], hosts.keys[i], hosts.items[i], into));
        return {};
    }
    return hosts.each(most_hosts, [&](const Node &item) -> Result<> {
        std::string address;
        const Node *names = nullptr;
        const auto see_address = [&](const Node &node) -> Result<> {
            address = H2K_TRY(node.text());
            return {};
        };
        const auto see_names = [&](const Node &node) -> Result<> {
            names = &node;
            return {};
        };
        const std::vector<Key> keys{{{"ip", "address"}, see_address},
                                    {{"hostname", "hostnames", "names", "name"}, see_names}};
        H2K_CHECK(item.members(keys));
        if (address.empty() || !names)
            return item.refused("%s", _("An entry of “hosts” needs an “ip” and a “hostname”."));
        return add_host(item, address, *names, into);
    });
}

/// "web.example.com" as host and domain.
Result<> read_full_name(const Node &node, Configuration &into) {
    const auto full = H2K_TRY(host_name(node, longest_full_host));
    const auto dot = full.find('.');
    if (dot == std::string::npos)
        return node.refused(_("“%s” is not a fully qualified name: it has no domain."), full.c_str());
    into.hostname = H2K_TRY(host_name(node, full.substr(0, dot), longest_host));
    into.domain = full.substr(dot + 1);
    return {};
}

Result<> check_services(const Node &block, const Configuration &made) {
    for (const auto *other : {&made.disable_services, &made.mask_services})
        for (const auto &unit : made.enable_services)
            if (std::ranges::find(*other, unit) != other->end())
                return block.refused(_("“%s” cannot be both enabled and disabled."), unit.c_str());
    return {};
}

} // namespace

Result<> read_services(const Node &block, Configuration &into) {
    H2K_CHECK(block.members({units({"enable", "enabled"}, into.enable_services),
                             units({"disable", "disabled"}, into.disable_services),
                             units({"mask", "masked"}, into.mask_services)}));
    return check_services(block, into);
}

Result<> read_hostname(const Node &block, Configuration &into) {
    Configuration full;
    const Node *name = block.kind == Node::Kind::text && !block.is_null() ? &block : nullptr;
    const auto see_name = [&](const Node &node) -> Result<> {
        name = &node;
        return {};
    };
    const auto see_domain = [&](const Node &node) -> Result<> {
        into.domain = H2K_TRY(host_name(node, longest_full_host));
        return {};
    };
    const std::vector<Key> keys{{{"hostname", "name"}, see_name},
                                {{"domain", "domainname"}, see_domain},
                                {{"fqdn"}, [&](const Node &node) { return read_full_name(node, full); }},
                                {{"hosts"}, [&](const Node &node) { return read_hosts(node, into); }}};
    if (!name)
        H2K_CHECK(block.members(keys));
    if (name)
        into.hostname = H2K_TRY(host_name(*name, longest_host));
    if (!full.hostname.empty()) {
        const auto said = full.hostname + "." + full.domain;
        if ((name && into.hostname != full.hostname && into.hostname != said) ||
            (!into.domain.empty() && into.domain != full.domain))
            return block.refused("%s", _("“fqdn” does not match “hostname” and “domain”."));
        into.hostname = name ? into.hostname : full.hostname;
        into.domain = full.domain;
    }
    if (!into.domain.empty() && into.hostname.empty())
        return block.refused("%s", _("A domain needs a host name."));
    return {};
}

Result<Configuration> parse_configuration(const std::string &text, const std::string &name) {
    const auto tree = H2K_TRY(read_yaml(text, name));
    const auto *root = &tree.root;
    if (const auto *block = root->member("configuration"))
        root = block; // of a manifest
    Configuration made;
    const auto block = [&](const char *first, const char *second, auto read) {
        return Key{{first, second}, [&made, read](const Node &node) { return read(node, made); }};
    };
    H2K_CHECK(root->members({block("users", "user", read_users), block("services", "service", read_services),
                             block("hostname", "host", read_hostname), block("network", "networking", read_network),
                             block("firstboot", "first_boot", read_first_boot)}));
    H2K_CHECK(check_services(*root, made));
    return made;
}

} // namespace h2k
