// SPDX-License-Identifier: LGPL-2.1-or-later
// What a libvirt says of its host: an answer of either kind.
#include "domain/host.h"
#include "tests/fuzz/fuzz.h"

using namespace h2k;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const std::string xml{fuzz::text_of(data, size)};
    Host host;
    (void)read_capabilities(xml, host);
    if (const auto offer = read_domain_capabilities(xml)) {
        fuzz::require(offer->uefi || !offer->secure_boot);
        host.q35 = *offer;
    }
    (void)require_host(host, {.name = "app", .firmware = Firmware::uefi, .secure_boot = true, .tpm = true});
    return 0;
}
