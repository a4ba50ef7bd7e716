// SPDX-License-Identifier: LGPL-2.1-or-later
// interfaces(5) of ifupdown, with the options of ifenslave, bridge-utils, vlan, ifupdown2 and ifupdown-ng.
#include "convert/base/text.h"
#include "convert/network/nic_files.h"
#include "fixers/text/interfaces.h"
#include <algorithm>

namespace h2k {

namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
    return std::ranges::find(all, text) != all.end();
}

/// The options of a stanza that make its interface, or name the cards beneath it.
void read_option(const std::string &file, const text::InterfaceStanza &stanza, const text::InterfaceOption &option,
                 NicFiles &into) {
    std::string name = option.name;
    std::ranges::replace(name, '_', '-');
    if (name == "bond-master") {
        for (const auto &word : option.words)
            into.made.insert(word.value);
        return;
    }
    const bool lists_cards = is_one_of(name, {"bond-slaves", "slaves", "bond-members", "bridge-ports", "ovs-ports",
                                              "ovs-bonds", "vlan-raw-device", "requires"});
    // A card of a bond may repeat the bond's options (ifenslave's README.Debian).
    const bool is_member = std::ranges::any_of(stanza.options, [](const text::InterfaceOption &other) {
        return other.name == "bond-master" || other.name == "bond_master";
    });
    if ((is_one_of(name, {"bond-mode", "bond-miimon", "ovs-type"}) || (lists_cards && name != "requires")) &&
        !is_member)
        into.made.insert(stanza.name);
    if (!lists_cards)
        return;
    // "glob" and "regex" announce patterns of ifupdown2 and bridge-utils-interfaces(5).
    bool pattern = false;
    for (const auto &word : option.words) {
        if (is_one_of(word.value, {"glob", "regex", "noregex"}))
            pattern = word.value != "noregex";
        else if (!pattern && !is_one_of(word.value, {"none", "all"}))
            add_beneath(into, file, without_suffix(word.value));
    }
}

NicUse named(const std::string &file, const std::string &name) {
    NicUse use;
    use.file = file;
    use.name = without_suffix(name);
    use.beneath = name.find('.') != std::string::npos;
    return use;
}

NicUse use_of(const std::string &file, const text::InterfaceStanza &stanza) {
    NicUse use;
    use.file = file;
    use.name = without_suffix(stanza.name);
    use.beneath = stanza.name.find('.') != std::string::npos;
    for (const auto &option : stanza.options)
        if (option.name == "hwaddress" && use.name == stanza.name)
            for (const auto &word : option.words)
                if (!normal_mac(word.value).empty())
                    use.macs.push_back({word, true, option.line.value_or(text::Line{}), option.line.has_value()});
    return use;
}

/// "mac/00:50:56:…=lan0" of a rename line is a pin and a name.
void read_rename(const std::string &file, const text::Piece &word, NicFiles &into) {
    const auto equals = word.value.find('=');
    if (equals == std::string::npos)
        return;
    NicUse use;
    use.file = file;
    use.name = word.value.substr(equals + 1);
    const auto slash = word.value.find('/') + 1; // 0: no slash
    auto mac = word.value.substr(slash, equals - std::min(slash, equals));
    if (!normal_mac(mac).empty()) {
        const auto size = mac.size();
        use.macs.push_back({{std::move(mac), word.at + slash, size}, false});
    }
    into.add(std::move(use));
}

/// A stanza can also be a section that "mapping" or "auto eth0=home" chooses.
bool is_interface(const std::string &name, const std::set<std::string> &started, const text::InterfacesFile &parsed) {
    return started.contains(name) || std::ranges::find(parsed.mapped, name) != parsed.mapped.end() ||
           (parsed.mapped.empty() && name.starts_with("e"));
}

void read_interfaces(const std::string &file, const text::InterfacesFile &parsed, NicFiles &into) {
    const std::set<std::string> started(parsed.started.begin(), parsed.started.end());
    for (const auto &name : parsed.started)
        // "auto /eth*" is a pattern, "eth0=home" names a section to use.
        if (!is_pattern(name) && !name.starts_with('/'))
            into.add(named(file, name.substr(0, name.find('='))));
    for (const auto &name : parsed.mapped)
        if (!is_pattern(name))
            into.add(named(file, name));
    for (const auto &word : parsed.renamed)
        read_rename(file, word, into);
    for (const auto &stanza : parsed.stanzas) {
        if (is_pattern(stanza.name) || !is_interface(stanza.name, started, parsed))
            continue;
        for (const auto &option : stanza.options)
            read_option(file, stanza, option, into);
        into.add(use_of(file, stanza));
    }
}

} // namespace

Result<> read_ifupdown(const GuestView &guest, NicFiles &into) {
    const auto read = [&](const std::string &path) { return into.read(guest, path); };
    for (const auto &part : H2K_TRY(text::read_interfaces_files(guest, read, into.warnings)))
        read_interfaces(part.path, part.content, into);
    return {};
}

} // namespace h2k
