// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/notices.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

/// What a person calls a device of the kind; “%s” is its name in the source.
const char *words_for(LostDevice kind) {
    switch (kind) {
    case LostDevice::pci: return N_("PCI device %s");
    case LostDevice::gpu: return N_("virtual GPU %s");
    case LostDevice::usb: return N_("USB device %s");
    case LostDevice::serial: return N_("serial port %s");
    case LostDevice::parallel: return N_("parallel port %s");
    case LostDevice::floppy: return N_("floppy drive %s");
    case LostDevice::sound: return N_("sound card %s");
    case LostDevice::folder: return N_("shared folder %s");
    case LostDevice::drive: return N_("drive %s");
    case LostDevice::medium: return N_("CD or DVD %s");
    case LostDevice::other: return N_("device %s");
    }
    return "%s";
}

std::string called(const NotCarried &device) {
    return std::string{trim(replace_all(_(words_for(device.kind)), "%s", device.name))};
}

std::string list_of(const std::vector<NotCarried> &devices) {
    constexpr std::size_t most = 20;
    std::vector<std::string> shown;
    for (const auto &device : devices)
        shown.push_back(shown.size() < most ? called(device) : "…");
    shown.resize(std::min(shown.size(), most + 1));
    return join(shown, ", ");
}

} // namespace

void warn_of_lost_devices(Notices &notices, const Machine &machine) {
    if (!machine.not_carried.empty())
        notices.warn("source.not-carried-over",
                     sentence(_("Not carried over: %s."), list_of(machine.not_carried).c_str()));
}

std::unexpected<Error> with_lost_devices(Error error, const Machine &machine) {
    if (machine.not_carried.empty())
        return std::unexpected(std::move(error));
    return fail(error.code(), _("%s Not carried over either: %s."), error.message(),
                list_of(machine.not_carried).c_str());
}

void warn_of_tpm(Notices &notices, const std::string &name) {
    notices.warn(
        "source.tpm-contents-lost",
        sentence(_("The contents of the TPM of “%s” are not carried over; keys that are sealed in it are lost."),
                 name.c_str()));
}

void warn_of_suspension(Notices &notices, const std::string &name) {
    notices.warn("source.suspended",
                 sentence(_("“%s” is suspended; the contents of its memory are not carried over, and its "
                            "guest starts as after a power failure."),
                          name.c_str()));
}

void warn_of_setting(Notices &notices, const std::string &name, const char *key, const std::string &text) {
    notices.warn("source.invalid-setting", sentence(_("“%s” sets “%s” to “%s”, which is invalid and is ignored."),
                                                    name.c_str(), key, printable(text).c_str()));
}

} // namespace h2k
