// SPDX-License-Identifier: LGPL-2.1-or-later
// crypttab(5) of systemd and of Debian's cryptsetup, whose keyscripts passdev and decrypt_* take the key from
// elsewhere.
#include "fixers/linux/storage/crypttab_keys.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/storage/device_names.h"
#include <algorithm>
#include <initializer_list>

namespace h2k {

namespace {

/// The value of @name in a list of options; empty: not there, or without one.
std::string value_of(const std::vector<std::string> &options, std::string_view name) {
    for (const auto &option : options)
        if (option.starts_with(name) && option.substr(name.size()).starts_with('='))
            return option.substr(name.size() + 1);
    return {};
}

/// The device that the key is on: "/key:UUID=…" of systemd, "/dev/disk/by-label/keys:/key" of passdev, "/dev/sdb1";
/// empty: it is a file, or no key at all.
std::string key_device(const text::CrypttabEntry &entry, const std::string &script) {
    if (script == "passdev" || script.ends_with("/passdev"))
        return entry.key.substr(0, entry.key.find(':'));
    const auto at = entry.key.rfind(':');
    const auto after = at == std::string::npos ? std::string{} : entry.key.substr(at + 1);
    for (const std::string_view start : {"/dev/", "UUID=", "LABEL=", "PARTUUID=", "PARTLABEL="})
        if (after.starts_with(start))
            return after;
    for (const std::string_view kernel : {"/dev/urandom", "/dev/random", "/dev/hwrng", "/dev/null", "/dev/zero"})
        if (entry.key == kernel)
            return {};
    return entry.key.starts_with("/dev/") ? entry.key : std::string{};
}

} // namespace

void warn_of_missing_key(const Inspection &facts, const text::CrypttabEntry &entry, Finding &finding) {
    const auto options = split(entry.options, ',');
    const auto script = value_of(options, "keyscript");
    const auto name = printable(entry.name.value);
    const auto has = [&](std::string_view option) { return !value_of(options, option).empty(); };
    if (has("tpm2-device") || has("tpm2-pcrs") || has("tpm2-signature") || script.find("tpm") != std::string::npos)
        finding.notices.warn("fstab.key-in-tpm",
                             sentence(_("Line %u of /etc/crypttab opens “%s” by a TPM, whose contents are not carried "
                                        "over; add a passphrase to the volume before the import, unless it has one."),
                                      entry.line, name.c_str()));
    else if (has("fido2-device") || has("pkcs11-uri"))
        finding.notices.warn("fstab.key-on-token",
                             sentence(_("Line %u of /etc/crypttab opens “%s” by a security token, which the target "
                                        "machine does not have; add a passphrase to the volume before the import, "
                                        "unless it has one."),
                                      entry.line, name.c_str()));
    else if (const auto device = key_device(entry, script);
             judge_name(facts, device, NameUse::raw_device).state == NameVerdict::missing)
        finding.notices.warn("fstab.key-on-other-disk",
                             sentence(_("Line %u of /etc/crypttab has the key of “%s” on “%s”, which is not one of the "
                                        "guest's disks; the volume stays locked unless it has a passphrase as well."),
                                      entry.line, name.c_str(), printable(device).c_str()));
}

} // namespace h2k
