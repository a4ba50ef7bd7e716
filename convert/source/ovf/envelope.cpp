// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/envelope.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/ovf/choice.h"
#include "convert/source/ovf/environment.h"
#include "convert/source/ovf/system.h"
#include "convert/source/ovf/units.h"
#include <algorithm>
#include <set>

namespace h2k {

namespace {

constexpr std::size_t most_files = 1024;

/// "./a" is "a".
std::string without_dots(std::string path) {
    while (path.starts_with("./"))
        path.erase(0, 2);
    return path;
}

Result<> add_files(OvfEnvelope &into, const XmlElement &references, const std::string &name) {
    std::set<std::string> ids, hrefs;
    for (const auto &element : references.children("File")) {
        OvfFile file{.id = element.attribute("id"), .href = element.attribute("href")};
        if (file.href.empty() || into.files.size() >= most_files)
            return fail(H2K_ERROR_SOURCE, _("“%s” is damaged: its list of files is invalid."), name.c_str());
        if ((!file.id.empty() && !ids.insert(file.id).second) || !hrefs.insert(without_dots(file.href)).second)
            return fail(H2K_ERROR_SOURCE, _("“%s” lists the file “%s” twice."), name.c_str(),
                        printable(file.href).c_str());
        file.bytes = ovf_bytes(element.attribute("size"), "byte").value_or(0);
        file.chunk = ovf_bytes(element.attribute("chunkSize"), "byte").value_or(0);
        const auto compression = lower(element.attribute("compression"));
        file.gzip = compression == "gzip";
        if (!file.gzip && !compression.empty() && compression != "identity")
            return fail(H2K_ERROR_SOURCE, _("“%s” says that “%s” is compressed by “%s”, which is not supported."),
                        name.c_str(), printable(file.href).c_str(), printable(compression).c_str());
        into.files.push_back(std::move(file));
    }
    return {};
}

/// oVirt gives sizes in GiB where others have a unit.
std::uint64_t capacity_of(const XmlElement &disk) {
    if (const auto capacity = disk.find("capacity"))
        return ovf_bytes(*capacity, disk.attribute("capacityAllocationUnits")).value_or(0);
    return ovf_bytes(disk.attribute("size"), "GiB").value_or(0);
}

Result<> add_disks(OvfEnvelope &into, const XmlElement &section, const std::string &name) {
    std::set<std::string> ids;
    for (const auto &element : section.children("Disk")) {
        OvfDisk disk{.id = element.attribute("diskId"),
                     .file = element.attribute("fileRef"),
                     .parent = element.attribute("parentRef"),
                     .capacity = capacity_of(element),
                     .format = element.attribute("format"),
                     .volume_format = element.attribute("volume-format"),
                     .interface = element.attribute("disk-interface"),
                     .boots = lower(element.attribute("boot")) == "true"};
        if (disk.id.empty() || into.disks.size() >= most_files)
            return fail(H2K_ERROR_SOURCE, _("“%s” is damaged: its list of disks is invalid."), name.c_str());
        if (!ids.insert(disk.id).second)
            return fail(H2K_ERROR_SOURCE, _("“%s” lists the disk “%s” twice."), name.c_str(),
                        printable(disk.id).c_str());
        if (!disk.file.empty() && disk.capacity == 0)
            into.notices.warn("ovf.unknown-disk-size", sentence(_("“%s” does not give a valid size of the disk “%s”."),
                                                                name.c_str(), printable(disk.id).c_str()));
        into.disks.push_back(std::move(disk));
    }
    return {};
}

/// What other machines of the package have, so that nobody misses it.
void add_others(OvfEnvelope &into, const OvfSystems &systems, const std::string &option) {
    for (const auto &system : systems.all)
        if (&system != &systems.all[systems.chosen] && into.others.size() < most_files)
            std::ranges::move(read_ovf_system(system, option).items, std::back_inserter(into.others));
}

/// A choice that was not the user's is worth a note.
void note_configuration(OvfEnvelope &into, const std::string &option, const std::string &name) {
    into.notices.note("ovf.configuration-chosen",
                      sentence(_("“%s” has several configurations: %s; “%s” is used, and --deployment-option chooses "
                                 "another one."),
                               name.c_str(), list_of(into.configurations).c_str(), printable(option).c_str()));
}

} // namespace

std::vector<XmlElement> ovf_sections(const XmlElement &parent, const std::string &name) {
    auto found = parent.children(name);
    // OVF 0.9 and oVirt have one element for all of them, and say by xsi:type which one is meant.
    for (const auto &section : parent.children("Section"))
        if (const auto type = section.attribute("type"); type.ends_with(name + "_Type"))
            found.push_back(section);
    return found;
}

Result<OvfEnvelope> parse_ovf(std::string_view text, const std::string &name, const OvfWanted &wanted) {
    const auto document = H2K_TRY(parse_xml(text, name));
    const auto envelope = document.root();
    if (envelope.name() != "Envelope")
        return fail(H2K_ERROR_SOURCE, _("“%s” is not an OVF descriptor."), name.c_str());
    OvfEnvelope found;
    for (const auto &references : envelope.children("References"))
        H2K_CHECK(add_files(found, references, name));
    for (const auto &section : ovf_sections(envelope, "DiskSection"))
        H2K_CHECK(add_disks(found, section, name));
    const auto systems = H2K_TRY(choose_ovf_system(envelope, wanted.machine, name));
    found.configurations = H2K_TRY(choose_ovf_configuration(envelope, wanted.configuration, name));
    const auto chosen = std::ranges::find(found.configurations, true, &Offer::chosen);
    const auto option = chosen == found.configurations.end() ? std::string{} : chosen->id;
    found.system = read_ovf_system(systems.all[systems.chosen], option);
    found.system.environment = ovf_environment(systems.all[systems.chosen], option);
    add_others(found, systems, option);
    found.machines = systems.offers();
    if (wanted.configuration.empty() && found.configurations.size() > 1)
        note_configuration(found, option, name);
    return found;
}

} // namespace h2k
