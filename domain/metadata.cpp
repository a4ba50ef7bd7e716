// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config.h"
#include "domain/devices.h"

namespace h2k {

namespace {
// libvirt keeps every metadata element that has a namespace of its own.  virt-manager and GNOME Boxes read the first.
constexpr const char *libosinfo_uri = "http://libosinfo.org/xmlns/libvirt/domain/1.0";
constexpr const char *own_uri = "urn:virt-hyper2kvm:domain:1.0";
} // namespace

void add_metadata(const Element &parent, const DomainPlan &plan) {
    const Element metadata = parent.add("metadata");
    if (!plan.spec.osinfo.id.empty()) {
        const Element block = metadata.add_in(libosinfo_uri, "libosinfo", "libosinfo");
        block.add("os").set("id", plan.spec.osinfo.id);
    }
    const Element import = metadata.add_in(own_uri, "h2k", "import");
    import.add("version", H2K_VERSION);
    if (!plan.spec.job.empty())
        import.add("job", plan.spec.job);
    if (!plan.spec.source.empty())
        import.add("source", plan.spec.source);
    for (const Nic &nic : plan.spec.machine.nics)
        if (!nic.source_network.empty())
            import.add("network", xml_text(nic.source_network)).set("mac", nic.mac);
}

} // namespace h2k
