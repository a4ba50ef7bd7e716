// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/stages/domain.h"
#include "convert/pipeline/run.h"

namespace h2k {

DomainSpec domain_spec(const Run &run) {
    DomainSpec spec;
    spec.machine = run.target_machine();
    spec.osinfo = run.plan->osinfo;
    spec.host = run.host;
    spec.job = run.job;
    spec.source = run.request.sources.front();
    return spec;
}

std::string domain_xml_path(const Run &run) {
    const auto &folder = run.request.output_dir;
    return folder.empty() ? "" : folder + "/" + run.carry->source.name + ".xml";
}

bool defines_domain(const Request &request) { return request.define && !request.connect.starts_with("qemu:///embed"); }

} // namespace h2k
