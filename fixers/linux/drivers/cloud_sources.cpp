// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/drivers/cloud_sources.h"
#include "convert/base/text.h"
#include "fixers/text/edit.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// Data sources that libvirt does not have (cloud-init documentation, "Datasources").
constexpr std::array clouds{"ec2",      "azure", "gce",        "oracle",    "aliyun",  "digitalocean", "hetzner",
                            "scaleway", "vultr", "upcloud",    "exoscale",  "akamai",  "bigstep",      "cloudstack",
                            "smartos",  "rbx",   "rbxcloud",   "openstack", "tencent", "ibmcloud",     "cloudsigma",
                            "vmware",   "ovf",   "opennebula", "altcloud",  "nwcs",    "wsl",          "softlayer"};

void add_flow(std::string_view value, SourceList &list) {
    const auto open = value.find('['), close = value.find(']');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return;
    for (const auto &part : split(value.substr(open + 1, close - open - 1), ','))
        if (auto name = bare_text(part); !name.empty() && list.names.size() < 64)
            list.names.push_back(std::move(name));
}

} // namespace

bool is_cloud_source(std::string_view source) { return std::ranges::find(clouds, lower(source)) != clouds.end(); }

std::string bare_text(std::string_view word) {
    word = trim(word);
    if (word.size() >= 2 && (word.front() == '"' || word.front() == '\'') && word.back() == word.front())
        word = word.substr(1, word.size() - 2);
    return std::string{word};
}

bool SourceList::names_clouds_only() const {
    bool any = false;
    for (const auto &name : names) {
        if (lower(name) == "none")
            continue;
        if (!is_cloud_source(name))
            return false;
        any = true;
    }
    return any;
}

SourceList source_list(std::string_view file) {
    constexpr std::string_view key = "datasource_list:";
    SourceList list;
    bool inside = false;
    for (const auto &line : text::lines_of(file)) {
        const auto content = trim(line.content);
        if (line.content.starts_with(key)) {
            list = {.found = true, .names = {}};
            add_flow(line.content, list);
            inside = list.names.empty();
        } else if (inside && content.starts_with("- ") && list.names.size() < 64)
            list.names.push_back(bare_text(content.substr(2)));
        else if (!content.empty() && !content.starts_with('#'))
            inside = false;
    }
    return list;
}

} // namespace h2k
