// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/modules_dep.h"
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"

namespace h2k::text {

/// No driver needs more modules; a hostile modules.dep may claim so.
static constexpr std::size_t most_modules = 4096;

KernelModules KernelModules::parse(std::string_view modules_dep, std::string_view modules_builtin) {
    KernelModules found;
    for (const auto &line : lines(modules_dep)) {
        const auto colon = line.find(':');
        if (line.starts_with('#') || colon == std::string::npos)
            continue;
        auto name = module_name(std::string_view{line}.substr(0, colon));
        if (name.empty())
            continue;
        std::vector<std::string> needs;
        for (const auto &path : words(std::string_view{line}.substr(colon + 1)))
            if (auto need = module_name(path); !need.empty())
                needs.push_back(std::move(need));
        found.files_.try_emplace(name, line.substr(0, colon));
        found.needs_.try_emplace(std::move(name), std::move(needs));
    }
    for (const auto &line : lines(modules_builtin))
        if (auto name = module_name(line); !name.empty())
            found.builtin_.insert(std::move(name));
    return found;
}

bool KernelModules::has(const std::string &name) const { return needs_.contains(name) || builtin_.contains(name); }

bool KernelModules::is_builtin(const std::string &name) const { return builtin_.contains(name); }

std::string KernelModules::file_of(const std::string &name) const {
    const auto at = files_.find(name);
    return at == files_.end() ? std::string{} : at->second;
}

std::vector<std::string> KernelModules::closure(const std::vector<std::string> &names) const {
    std::set<std::string> seen;
    auto open = names;
    while (!open.empty() && seen.size() < most_modules) {
        const auto name = std::move(open.back());
        open.pop_back();
        const auto at = needs_.find(name);
        if (at == needs_.end() || builtin_.contains(name) || !seen.insert(name).second)
            continue;
        open.insert(open.end(), at->second.begin(), at->second.end());
    }
    return {seen.begin(), seen.end()};
}

} // namespace h2k::text
