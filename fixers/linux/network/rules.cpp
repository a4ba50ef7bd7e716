// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/network/rules.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include <algorithm>
#include <fnmatch.h>

namespace h2k {

namespace {

constexpr const char *generated_rules = "/etc/udev/rules.d/70-persistent-net.rules";

/// Does the rule require a driver other than @driver, or a place on a bus?
bool requires_other_hardware(const text::UdevRule &rule, const std::string &driver) {
    return std::ranges::any_of(rule.terms, [&](const text::UdevTerm &term) {
        if (term.op != "==")
            return false;
        if (term.key == "DRIVERS" || term.key == "ENV{ID_NET_DRIVER}")
            return fnmatch(term.value.value.c_str(), driver.c_str(), 0) != 0;
        return term.value.value != "?*" &&
               (term.key == "KERNELS" || term.key == "ENV{ID_PATH}" || term.key.starts_with("ATTRS{"));
    });
}

enum class RuleState { stays, right, wrong };

/// right: it gives a card of the target its name.  wrong: it names a missing card, or gives a wrong name.
RuleState judge(const text::UdevRule &rule, const NicPairs &pairs) {
    const auto *name = card_name_of(rule);
    if (!name)
        return RuleState::stays;
    const auto *address = rule.term("ATTR{address}", "==");
    const auto mac = address ? parse_mac(address->value.value) : std::string{};
    const auto *pair = pairs.with_mac(mac);
    if (mac.empty())
        return requires_other_hardware(rule, "virtio_net") ? RuleState::wrong : RuleState::stays;
    if (!pair || pair->guest.name != name->value.value || requires_other_hardware(rule, pair->driver))
        return RuleState::wrong;
    return RuleState::right;
}

/// Removes a rule and the comment that the generator put above it: "# PCI device 0x15ad:0x07b0 (vmxnet3)".
void remove_rule(const text::UdevRule &rule, const std::vector<text::Line> &lines, text::Edits &edits) {
    const auto at = std::ranges::lower_bound(lines, rule.line.at, {}, &text::Line::at);
    if (at != lines.begin() && at != lines.end())
        for (const std::string_view kind : {"# PCI device", "# USB device", "# virtio device"})
            if (std::prev(at)->content.starts_with(kind))
                edits.remove(*std::prev(at));
    edits.remove(rule.line);
}

std::string rule_for(const NicPair &pair, bool systemd) {
    return "SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"?*\", ATTR{address}==\"" + pair.mac +
           "\", ATTR{type}==\"1\", " + (systemd ? "" : "KERNEL==\"eth*\", ") + "NAME=\"" + pair.guest.name + "\"\n";
}

bool only_comments(std::string_view content) {
    const auto lines = text::lines_of(content);
    return std::ranges::all_of(lines, [](const text::Line &line) {
        const auto text = trim(line.content);
        return text.empty() || text.starts_with('#');
    });
}

/// The file without the wrong rules; the names that have a right one are added to @named.
std::string reduced(const std::string &content, const NicPairs &pairs, std::set<std::string> &named) {
    text::Edits edits;
    const auto lines = text::lines_of(content);
    for (const auto &rule : text::parse_udev_rules(content)) {
        const auto state = judge(rule, pairs);
        if (state == RuleState::wrong)
            remove_rule(rule, lines, edits);
        else if (state == RuleState::right)
            named.insert(card_name_of(rule)->value.value);
    }
    return edits.applied(content);
}

} // namespace

void plan_net_rules(const NicFiles &files, const NicPairs &pairs, bool write, bool systemd, Finding &finding) {
    std::set<std::string> named;
    std::map<std::string, std::string> kept;
    for (const auto &[path, content] : files.contents)
        if (path.starts_with("/etc/udev/rules.d/"))
            kept[path] = reduced(content, pairs, named);
    std::string added;
    for (const auto &pair : pairs.pairs)
        if (write && !files.left_out.contains(generated_rules) && !pair.guest.name.empty() &&
            !named.contains(pair.guest.name))
            added += rule_for(pair, systemd);
    if (!added.empty()) {
        auto &content = kept[generated_rules];
        if (!content.empty() && !content.ends_with('\n'))
            content += '\n';
        content += added;
    }
    for (auto &[path, content] : kept) {
        const auto before = files.contents.find(path);
        if (before != files.contents.end() && before->second == content)
            continue;
        if (only_comments(content))
            finding.changes.push_back(
                {{}, _("Its rules name network cards that the target machine does not have."), RemoveFile{path}});
        else
            finding.changes.push_back(
                {{},
                 path == generated_rules && !added.empty()
                     ? _("The target's network cards get the interface names that the guest's configuration uses.")
                     : _("Some of its rules name network cards that the target machine does not have."),
                 WriteFile{path, std::move(content)}});
    }
}

} // namespace h2k
