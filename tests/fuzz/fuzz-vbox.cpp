// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/source/vbox/settings.h"

using namespace h2k;

static void require(bool holds) {
    if (!holds)
        abort();
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char *>(data), size};
    static_cast<void>(is_vbox(text));
    const auto found = parse_vbox(text, "fuzz.vbox");
    if (!found)
        return 0;
    const auto &machine = found->machine;
    for (const auto *words : {&machine.name, &machine.title, &machine.description, &machine.uuid})
        require(is_utf8(*words));
    require(machine.not_carried.size() <= 1u << 17);
    for (const auto &nic : machine.nics)
        require(is_utf8(nic.network) && (nic.mac.empty() || nic.mac.size() == 17));
    for (const auto &disk : found->disks)
        require(is_utf8(disk.location));
    return 0;
}
