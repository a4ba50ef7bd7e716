// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/config/configuration.h"
#include "convert/config/configuration_checks.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t most_scripts = 80; // 20 to 99
constexpr unsigned first_number = 20, usual_order = 50, highest_order = 9999;

struct Script {
    unsigned order = usual_order;
    std::string name, content;
};

Result<std::string> script_content(const Node &node) {
    auto text = H2K_TRY(file_content(node));
    if (!text.starts_with("#!"))
        text = "#!/bin/sh\n" + text;
    if (text[text.find('\n') - 1] == '\r')
        return node.refused("%s", _("The first line of the script ends with a carriage return; use Unix line ends."));
    return text;
}

Result<> read_script(const Node &item, std::vector<Script> &found) {
    Script script{.name = sentence("script%zu", found.size() + 1)};
    const std::vector<Key> keys{{{"name", "filename"},
                                 [&](const Node &node) -> Result<> {
                                     script.name = H2K_TRY(file_name(node));
                                     return {};
                                 }},
                                {{"order", "priority"},
                                 [&](const Node &node) -> Result<> {
                                     script.order = H2K_TRY(node.number(0U, highest_order));
                                     return {};
                                 }},
                                {{"content", "script"}, [&](const Node &node) -> Result<> {
                                     script.content = H2K_TRY(script_content(node));
                                     return {};
                                 }}};
    H2K_CHECK(item.members(keys));
    if (script.content.empty())
        return item.refused(_("The script “%s” has no content."), script.name.c_str());
    found.push_back(std::move(script));
    return {};
}

Result<> refuse_unit(const Node &node) {
    return node.refused("%s",
                        _("The scripts are run by virt-hyper2kvm-firstboot.service; its name and its behaviour cannot "
                          "be changed."));
}

} // namespace

Result<> read_first_boot(const Node &block, Configuration &made) {
    std::vector<Script> found;
    const auto add = [&](const Node &item) { return read_script(item, found); };
    const std::vector<Key> keys{{{"scripts"}, [&](const Node &node) { return node.each(most_scripts, add); }},
                                {{"script"},
                                 [&](const Node &node) -> Result<> {
                                     found.push_back({.name = "script", .content = H2K_TRY(script_content(node))});
                                     return {};
                                 }},
                                {{"service_name"}, refuse_unit},
                                {{"service"}, refuse_unit},
                                {{"keep_enabled"}, [](const Node &node) -> Result<> {
                                     return H2K_TRY(node.flag()) ? refuse_unit(node) : Result<>{};
                                 }}};
    H2K_CHECK(block.members(keys));
    if (found.size() > most_scripts)
        return block.refused(_("The list has more than %zu items."), most_scripts);
    std::ranges::stable_sort(found, {}, &Script::order);
    for (auto &script : found)
        made.first_boot.push_back({std::move(script.name), std::move(script.content),
                                   first_number + static_cast<unsigned>(made.first_boot.size())});
    return {};
}

} // namespace h2k
