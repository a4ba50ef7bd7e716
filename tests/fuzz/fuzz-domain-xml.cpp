// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/libvirt/xml.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto found = h2k::parse_domain_xml({reinterpret_cast<const char *>(data), size}, "fuzz.xml");
    if (!found)
        return 0;
    const auto &machine = found->machine;
    g_assert_false(machine.name.contains('/'));
    g_assert_true(machine.uuid.empty() || g_uuid_string_is_valid(machine.uuid.c_str()));
    g_assert_true(machine.vcpus > 0 && (machine.cores == 0 || machine.vcpus % machine.cores == 0));
    g_assert_true(machine.memory <= std::uint64_t{1} << 50);
    for (const auto &nic : machine.nics)
        g_assert_true(nic.mac.empty() || nic.mac.size() == 17);
    for (const auto &disk : found->disks)
        g_assert_true(disk.file.empty() != disk.volume.empty());
    return 0;
}
