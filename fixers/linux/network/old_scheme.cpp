// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd.net-naming-scheme(7), and what VMware's virtual hardware gives it to name cards after.
#include "fixers/linux/network/old_scheme.h"
#include "convert/base/text.h"
#include "convert/network/guest_nics.h"
#include "convert/network/network_use.h"
#include "fixers/text/config_file.h"
#include "fixers/text/ini.h"
#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

namespace h2k {

namespace {

constexpr unsigned function_bits = 10, slots = (1U << function_bits) - 1;

/// Bus, device and function of a card as one number, like the kernel's (PCI_DEVID); nullopt: not known.
std::optional<unsigned> pci_address(unsigned slot) {
    // The slots 32 to 63 are on the bus below the first bridge; each further 32 are a port with eight functions.
    constexpr unsigned per_bridge = 32, first_port = 160, functions = 8;
    constexpr std::array port_buses{0x03U, 0x0bU, 0x13U, 0x1bU};
    const auto low = slot & slots, function = slot >> function_bits;
    if (low >= per_bridge && low < 2 * per_bridge && function == 0)
        return 2U << 8 | (low - per_bridge) << 3;
    const auto port = (low - first_port) / per_bridge;
    if (low < first_port || low % per_bridge != 0 || port >= port_buses.size() || function >= functions)
        return std::nullopt;
    return (port_buses[port] + function) << 8;
}

constexpr unsigned address_bits = 24;

/// Do the guest's own .link files name cards by anything other than their slots?
Result<bool> has_other_policy(const GuestView &guest) {
    Notices ignored; // of files that the fixer itself reads
    text::ConfigReader reader{64, 1u << 20};
    bool has_default = false;
    for (const char *glob : {"/etc/systemd/network/*.link", "/usr/lib/systemd/network/99-default.link",
                             "/lib/systemd/network/99-default.link"})
        for (const auto &path : H2K_TRY(guest.list(glob))) {
            const bool is_default = path.ends_with("/99-default.link");
            const auto file = is_default && has_default ? std::nullopt : H2K_TRY(reader.read(guest, path, ignored));
            if (!file)
                continue;
            has_default = has_default || is_default;
            const auto entries = text::parse_ini(*file);
            const auto *policy = text::entry_of(entries, "Link", "NamePolicy");
            const auto all = policy ? words(policy->value.value) : std::vector<std::string>{};
            if (policy && std::ranges::find(all, "slot") == all.end())
                return true;
        }
    return false;
}

/// systemd before 230 takes the numbers of VMware's firmware for those of sockets; RHEL corrected its own in 7.3.
bool believes_firmware(const LinuxFacts &facts, const std::string &version) {
    return is_one_of(facts.distro, {"rhel", "centos", "ol", "scientific"}) && is_one_of(version, {"7.0", "7.1", "7.2"});
}

} // namespace

Result<bool> has_rules(const GuestView &guest, const std::string &name) {
    for (const char *folder : {"/usr/lib/udev/rules.d/", "/lib/udev/rules.d/"})
        if (H2K_TRY(guest.exists(folder + name)))
            return true;
    return false;
}

Result<unsigned> systemd_version(const GuestView &guest) {
    constexpr std::string_view stem = "/libsystemd-shared-";
    for (const char *folder : {"/usr/lib/systemd", "/lib/systemd", "/usr/lib64/systemd", "/usr/lib/*/systemd"})
        for (const auto &path : H2K_TRY(guest.list(folder + std::string{stem} + "[1-9]*.so"))) {
            unsigned version = 0;
            for (const char c : path.substr(path.rfind(stem) + stem.size(), 3))
                version = g_ascii_isdigit(c) ? version * 10 + static_cast<unsigned>(c - '0') : version;
            return version;
        }
    return 0;
}

Result<OldScheme> old_scheme(const GuestView &guest, const Inspection &facts) {
    if (H2K_TRY(uses_kernel_names(guest)))
        return OldScheme::kernel;
    // The old generator's own rules say what it gave.
    if (H2K_TRY(has_rules(guest, "75-persistent-net-generator.rules")) || H2K_TRY(has_other_policy(guest)))
        return OldScheme::unknown;
    if (!H2K_TRY(has_rules(guest, "80-net-setup-link.rules")) && !H2K_TRY(has_rules(guest, "80-net-name-slot.rules")))
        return OldScheme::kernel;
    return believes_firmware(facts.linux_facts(), facts.version) ? OldScheme::onboard : OldScheme::slot;
}

std::string slot_name(unsigned slot) {
    return slot ? "ens" + std::to_string((slot & slots) + (slot >> function_bits)) : std::string{};
}

std::string onboard_name(unsigned slot, std::size_t index) {
    const auto address = pci_address(slot);
    constexpr std::size_t most = 32;
    return address && index < most
               ? "eno" + std::to_string((static_cast<unsigned>(index) + 1) << address_bits | *address)
               : std::string{};
}

bool is_name_of_slot(std::string_view name, unsigned slot) {
    if (slot == 0)
        return false;
    if (name == slot_name(slot))
        return true;
    const auto address = pci_address(slot);
    const auto number = name.starts_with("eno") ? parse_number<unsigned>(name.substr(3)) : std::nullopt;
    return address && number && (*number & ((1U << address_bits) - 1)) == *address && *number >> address_bits != 0;
}

} // namespace h2k
