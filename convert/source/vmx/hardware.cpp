// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/vmx/hardware.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/machine_limits.h"
#include "convert/source/notices.h"
#include "convert/source/untrusted_text.h"
#include "convert/source/vmx/devices.h"
#include <optional>

namespace h2k {

namespace {

// vSphere 8 "Configuration Maximums": 768 processors and 24 TiB, with a margin.

/// The number that @key says, 1…@most; null where it is not set or invalid, which is a warning.
std::optional<std::uint64_t> number(const VmxSettings &settings, const char *key, std::uint64_t most,
                                    const std::string &name, Notices &notices) {
    const auto &text = settings[lower(key)];
    if (text.empty())
        return std::nullopt;
    if (const auto value = parse_number(trim(text), 1, most))
        return value;
    warn_of_setting(notices, name, key, text);
    return std::nullopt;
}

void add_processors(VmxHardware &into, const VmxSettings &settings, const std::string &name) {
    // VMware's own default.
    into.machine.vcpus =
        static_cast<unsigned>(number(settings, "numvcpus", most_processors, name, into.notices).value_or(1));
    if (settings["cpuid.corespersocket"] == "0")
        return; // vSphere 8 chooses for itself
    const auto cores = number(settings, "cpuid.coresPerSocket", most_processors, name, into.notices);
    if (cores && into.machine.vcpus % *cores == 0)
        into.machine.cores = static_cast<unsigned>(*cores);
    else if (cores)
        into.notices.warn("vmx.topology-ignored",
                          sentence(_("“%s” has %u processors and sockets of %u cores, which do not match; the number "
                                     "of cores is ignored."),
                                   name.c_str(), into.machine.vcpus, static_cast<unsigned>(*cores)));
}

void add_firmware(VmxHardware &into, const VmxSettings &settings, const std::string &name) {
    auto &machine = into.machine;
    machine.firmware = lower(settings["firmware"]) == "efi" ? Firmware::uefi : Firmware::bios;
    machine.secure_boot = machine.firmware == Firmware::uefi && settings.is_true("uefi.secureboot.enabled");
    machine.tpm = settings.is_true("vtpm.present") || !settings["managedvm.autoaddvtpm"].empty();
    if (machine.tpm)
        warn_of_tpm(into.notices, name);
}

/// Encrypted settings are not all there: the rest is in `encryption.data`.
Result<> require_readable(VmxHardware &into, const VmxSettings &settings, const std::string &name) {
    if (settings["encryption.keysafe"].empty() && settings["encryption.data"].empty())
        return {};
    // Workstation and Fusion can encrypt no more than what a TPM needs.
    if (lower(settings["vmx.encryptiontype"]) != "partial")
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” is the settings file of an encrypted machine (“encryption.keySafe”); remove the encryption there: "
              "in the settings of the machine in Workstation and Fusion, by another storage policy in vSphere; then "
              "copy or export it again."),
            name.c_str());
    into.notices.warn("vmx.partly-encrypted", sentence(_("A part of “%s” is encrypted and not read."), name.c_str()));
    return {};
}

/// Only keys that were asked for matter.
void warn_of_contradictions(VmxHardware &into, const VmxSettings &settings, const std::string &name) {
    for (const auto &key : settings.asked)
        into.notices.warn(
            "vmx.setting-repeated",
            sentence(_("“%s” sets “%s” more than once, to different values; the first one, “%s”, is used."),
                     name.c_str(), printable(key).c_str(), printable(settings[key]).c_str()));
}

} // namespace

Result<VmxHardware> vmx_hardware(const VmxSettings &settings, const std::string &name) {
    VmxHardware found;
    found.notices = settings.notices;
    H2K_CHECK(require_readable(found, settings, name));
    auto &machine = found.machine;
    machine.name = settings["displayname"];
    machine.title = printable(machine.name);
    machine.uuid = uuid_of(settings["uuid.bios"]);
    machine.serial = vmware_serial(machine.uuid);
    machine.lists_devices = true;
    machine.description = free_text(settings["annotation"]);
    machine.os_type = printable(settings["guestos"]);
    if (lower(machine.os_type).starts_with("arm"))
        machine.arch = "aarch64";
    machine.memory = number(settings, "memsize", most_memory >> 20, name, found.notices).value_or(0) << 20;
    add_processors(found, settings, name);
    add_firmware(found, settings, name);
    add_vmx_lost_devices(found, settings);
    if (auto added = add_vmx_drives(found, settings, name); !added)
        return with_lost_devices(std::move(added).error(), machine);
    H2K_CHECK(add_vmx_nics(found, settings, name));
    if (!settings["checkpoint.vmstate"].empty())
        warn_of_suspension(found.notices, name);
    warn_of_contradictions(found, settings, name);
    return found;
}

} // namespace h2k
