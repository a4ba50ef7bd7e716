// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/grub_variables.h"
#include "convert/base/text.h"
#include "fixers/text/assignments.h"
#include <algorithm>
#include <array>

namespace h2k::text {

namespace {

constexpr std::size_t most_variables = 256, longest = 64u << 10;

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/// What "set NAME=VALUE" says; null: more than a plain word.
std::optional<std::string> plain_value(std::string_view text) {
    text = trim(text);
    const bool quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
    if (quoted)
        text = text.substr(1, text.size() - 2);
    const bool plain = text.find_first_of(quoted ? "\\\"'$" : "\\\"'$; \t") == std::string_view::npos;
    return plain ? std::optional{std::string{text}} : std::nullopt;
}

} // namespace

GrubVariables::GrubVariables(std::string_view file, std::string_view block) {
    for (const auto &line : lines_of(file)) {
        auto text = trim(line.content);
        if (!text.starts_with("set ") && !text.starts_with("set\t"))
            continue;
        text = trim(text.substr(4));
        if (const auto equals = text.find('='); equals != std::string_view::npos)
            add(std::string{text.substr(0, equals)}, plain_value(text.substr(equals + 1)));
    }
    // Red Hat's grub.cfg sets kernelopts only where the block has none.
    for (const auto &assignment : parse_grubenv(block))
        if (assignment.key == "kernelopts")
            values_[assignment.key] = assignment.value.value;
        else
            add(assignment.key, assignment.value.value);
}

void GrubVariables::add(const std::string &name, std::optional<std::string> value) {
    const auto known = values_.find(name);
    if (known != values_.end())
        known->second = known->second == value ? std::move(value) : std::nullopt;
    else if (values_.size() < most_variables)
        values_.emplace(name, std::move(value));
}

std::optional<std::string> GrubVariables::value_of(const std::string &name) const {
    // Ubuntu's, for its splash screen.
    if (name == "vt_handoff")
        return "";
    if (const auto known = values_.find(name); known != values_.end())
        return known->second;
    constexpr std::array<std::string_view, 3> often_not_set{"kernelopts", "tuned_params", "tuned_initrd"};
    return std::ranges::find(often_not_set, name) != often_not_set.end() ? std::optional{std::string{}} : std::nullopt;
}

std::optional<std::string> GrubVariables::expanded(std::string_view text) const {
    std::string all;
    while (all.size() + text.size() <= longest) {
        const auto dollar = std::min(text.find('$'), text.size());
        all += text.substr(0, dollar);
        if (dollar == text.size())
            return all;
        text.remove_prefix(dollar + 1);
        const bool braced = text.starts_with('{');
        text.remove_prefix(braced ? 1 : 0);
        const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_name) - text.begin());
        const auto value = value_of(std::string{text.substr(0, end)});
        if (end == 0 || !value || (braced && !text.substr(end).starts_with('}')))
            return std::nullopt;
        all += *value;
        text.remove_prefix(end + (braced ? 1 : 0));
    }
    return std::nullopt;
}

} // namespace h2k::text
