// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/source/vmx/hardware.h"

using namespace h2k;

static void require(bool holds) {
    if (!holds)
        abort();
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char *>(data), size};
    static_cast<void>(is_vmx(text));
    const auto settings = parse_vmx(text, "fuzz.vmx");
    if (!settings)
        return 0;
    for (const auto &[key, value] : settings->values)
        require(is_utf8(key) && is_utf8(value) && key == lower(key));
    const auto hardware = vmx_hardware(*settings, "fuzz.vmx");
    if (!hardware)
        return 0;
    const auto &machine = hardware->machine;
    require(machine.cores == 0 || machine.vcpus % machine.cores == 0);
    for (const auto *words : {&machine.name, &machine.description, &machine.os_type, &machine.uuid})
        require(is_utf8(*words));
    for (const auto &nic : machine.nics)
        require(is_utf8(nic.model) && is_utf8(nic.network) && (nic.mac.empty() || nic.mac.size() == 17));
    for (const auto &disk : hardware->disks)
        require(!disk.file.empty() && !disk.file.contains('\0'));
    return 0;
}
