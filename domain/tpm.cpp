// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"

namespace h2k {

void add_tpm(const Element &devices, const DomainPlan &plan) {
    const Machine &machine = plan.spec.machine;
    if (!machine.tpm)
        return;
    // The CRB interface is for UEFI; a BIOS supports TIS.
    const bool crb = machine.firmware == Firmware::uefi && has(offer_for(plan), &MachineOffer::tpm_models, "tpm-crb");
    const Element tpm = devices.add("tpm").set("model", crb ? "tpm-crb" : "tpm-tis");
    tpm.add("backend").set("type", "emulator").set("version", "2.0");
}

} // namespace h2k
