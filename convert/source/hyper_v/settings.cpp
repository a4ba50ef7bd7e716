// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/hyper_v/settings.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/hyper_v/devices.h"
#include "convert/source/machine_limits.h"
#include "convert/source/notices.h"
#include "convert/source/untrusted_text.h"
#include <algorithm>

namespace h2k {

namespace {

/// The number in @element, 1…@most; 0 where it is invalid, which is a warning, or where there is no element.
std::uint64_t number(const XmlElement &element, const char *what, std::uint64_t most, const std::string &name,
                     Notices &notices) {
    const auto text = element.text();
    if (const auto value = parse_number(text, 1, most); value || !element)
        return value.value_or(0);
    warn_of_setting(notices, name, what, text);
    return 0;
}

/// The text of the element @what in the section of any device; "" where none has it.
std::string of_any_section(const XmlElement &root, std::string_view what) {
    for (const auto &section : root.children())
        if (const auto found = section.child(what))
            return found.text();
    return {};
}

void add_firmware(HyperVSettings &into, const XmlElement &root, const std::string &name) {
    auto &machine = into.machine;
    machine.firmware = root.child("properties").child("subtype").text() == "1" ? Firmware::uefi : Firmware::bios;
    machine.secure_boot =
        machine.firmware == Firmware::uefi && lower(of_any_section(root, "secure_boot_enabled")) == "true";
    if (machine.tpm)
        warn_of_tpm(into.notices, name);
}

void add_state(HyperVSettings &into, const XmlElement &root, const std::string &name) {
    if (!root.child("savedstate").children().empty())
        warn_of_suspension(into.notices, name);
    const auto checkpoints = root.child("global_settings").child("snapshots").child("list").child("size").text();
    if (!checkpoints.empty() && checkpoints != "0")
        into.notices.warn(
            "hyper-v.checkpoints-left-out",
            sentence(_("The checkpoints of “%s” are not carried over; only its current state is."), name.c_str()));
}

} // namespace

bool is_hyper_v(std::string_view head) {
    // Enough for both encodings: a name of ASCII letters is the same but for the zero bytes.
    std::string text{head};
    std::erase(text, '\0');
    std::string_view rest = text;
    for (const std::string_view mark : {"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"})
        if (rest.starts_with(mark))
            rest.remove_prefix(mark.size());
    for (rest = trim(rest); rest.starts_with("<?") || rest.starts_with("<!--"); rest = trim(rest)) {
        const std::string_view end = rest.starts_with("<?") ? "?>" : "-->";
        const auto at = rest.find(end);
        if (at == std::string_view::npos)
            return false;
        rest.remove_prefix(at + end.size());
    }
    constexpr std::string_view root = "<configuration";
    return rest.size() > root.size() && rest.starts_with(root) &&
           std::string_view{" \t\r\n>"}.contains(rest[root.size()]);
}

Result<HyperVSettings> parse_hyper_v(std::string_view text, const std::string &name) {
    const auto document = H2K_TRY(parse_xml(text, name));
    const auto root = document.root();
    const auto properties = root.child("properties"), settings = root.child("settings");
    if (root.name() != "configuration" || !properties || !settings)
        return fail(H2K_ERROR_SOURCE, _("“%s” is not the settings file of a Hyper-V machine."), name.c_str());
    HyperVSettings found;
    auto &machine = found.machine;
    machine.name = properties.child("name").text();
    machine.title = printable(machine.name);
    machine.lists_devices = true;
    machine.description = free_text(properties.child("notes").text());
    machine.uuid = uuid_of(of_any_section(root, "bios_guid"));
    machine.vcpus = static_cast<unsigned>(
        number(settings.child("processors").child("count"), "processors/count", most_processors, name, found.notices));
    machine.memory = number(settings.child("memory").child("bank").child("size"), "memory/bank/size", most_memory >> 20,
                            name, found.notices)
                     << 20;
    H2K_CHECK(add_hyper_v_devices(found, root, name));
    add_firmware(found, root, name);
    add_state(found, root, name);
    return found;
}

} // namespace h2k
