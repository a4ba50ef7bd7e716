// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/unlock.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr unsigned most_answers = 3;
constexpr std::size_t most_prompts = 32;
/// Trying a key takes seconds, a minute without KVM; meanwhile systemd may repeat its prompt.
constexpr gint64 retry_delay = 30'000'000;

} // namespace

std::string_view passphrase_prompt(std::string_view line) {
    for (const std::string_view start :
         {"Please unlock disk ", "Please enter passphrase for disk ", "Enter passphrase for ", "Enter LUKS passphrase",
          "Password (luks-", "Enter passphrase:"}) {
        const auto at = line.find(start);
        const auto end = at == line.npos ? line.npos : line.rfind(':');
        if (end != line.npos && end > at)
            return line.substr(at,
                               end - at); // stars of the terminal or kernel messages may follow
    }
    return {};
}

/// The key for the volume that the prompt names, else each in turn.
const DiskKey &Unlock::key_for(std::string_view prompt, unsigned attempt) const {
    const auto plain = lower(prompt);
    for (const auto &key : keys_)
        if (attempt == 0 && key.selector != "all" && plain.find(lower(key.selector)) != plain.npos)
            return key;
    return keys_[attempt % keys_.size()];
}

std::optional<Secret> Unlock::answer(std::string_view line, gint64 now) {
    const auto prompt = passphrase_prompt(line);
    if (prompt.empty() || keys_.empty())
        return std::nullopt;
    auto at = asked_.find(prompt);
    if (at == asked_.end()) {
        if (asked_.size() == most_prompts)
            return std::nullopt;
        at = asked_.emplace(prompt, Asked{}).first;
    } else if (at->second.answers == most_answers || now - at->second.last < retry_delay)
        return std::nullopt;
    at->second.last = now;
    return key_for(prompt, at->second.answers++).secret.with_line_end();
}

std::string Unlock::complaint() const {
    if (keys_.empty())
        return {};
    if (asked_.empty())
        return _(
            "It never asked for a passphrase on its serial console; a prompt on its screen only cannot be answered.");
    const bool in_vain =
        std::ranges::any_of(asked_, [](const auto &asked) { return asked.second.answers == most_answers; });
    return in_vain ? _("It asked for a passphrase repeatedly; none of the given keys opens the volume.") : "";
}

std::string Unlock::redacted(std::string text) const {
    for (const auto &key : keys_)
        text = replace_all(std::move(text), key.secret.view(), "[passphrase]");
    return text;
}

} // namespace h2k
