// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/source/ovf/hardware.h"
#include "tests/support/notices.h"
#include <set>

using namespace h2k;

static void require(bool holds) {
    if (!holds)
        abort();
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto envelope = parse_ovf({reinterpret_cast<const char *>(data), size}, "fuzz.ovf");
    if (!envelope) {
        require(envelope.error().is(H2K_ERROR_SOURCE));
        return 0;
    }
    const auto hardware = ovf_hardware(*envelope, "fuzz.ovf");
    if (!hardware) {
        require(hardware.error().is(H2K_ERROR_SOURCE));
        return 0;
    }
    const auto &machine = hardware->machine;
    require(machine.cores == 0 || machine.vcpus % machine.cores == 0);
    require(machine.disks.empty() && !machine.name.contains('/') && !machine.name.starts_with('.'));
    for (const auto *words : {&machine.name, &machine.description, &machine.os_type, &machine.uuid})
        require(is_utf8(*words));
    for (const auto &nic : machine.nics)
        require(is_utf8(nic.model) && is_utf8(nic.network) && (nic.mac.empty() || nic.mac.size() == 17));
    for (const auto &warning : test::texts_of(hardware->notices))
        require(is_utf8(warning));
    std::set<std::size_t> files;
    for (const auto &drive : hardware->drives) {
        require(drive.disk < envelope->disks.size() && envelope->disks[drive.disk].parent.empty());
        if (!drive.file)
            continue; // a blank one
        require(*drive.file < envelope->files.size() && !envelope->files[*drive.file].href.empty());
        require(files.insert(*drive.file).second);
    }
    return 0;
}
