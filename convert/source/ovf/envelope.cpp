// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/envelope.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/ovf/system.h"
#include "convert/source/ovf/units.h"
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

/// All machines, however deep in collections.
void find_systems(const XmlElement &parent, std::vector<XmlElement> &found) {
    for (const auto &element : parent.children()) {
        const auto name = element.name();
        if (name == "VirtualSystem" || (name == "Content" && !element.attribute("type").contains("Collection")))
            found.push_back(element);
        else if (name == "VirtualSystemCollection" || name == "Content")
            find_systems(element, found);
    }
}

Result<XmlElement> only_system(const XmlElement &envelope, const std::string &name) {
    std::vector<XmlElement> found;
    find_systems(envelope, found);
    if (found.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” describes no machine."), name.c_str());
    if (found.size() == 1)
        return found.front();
    constexpr std::size_t shown = 5;
    std::string names;
    for (std::size_t i = 0; i < found.size() && i < shown; ++i)
        names += (i ? ", “" : "“") + printable(ovf_system_name(found[i])) + "”";
    return fail(
        H2K_ERROR_SOURCE,
        _("“%s” describes %zu machines (%s), but only one can be imported at a time; export each one separately."),
        name.c_str(), found.size(), (names + (found.size() > shown ? ", …" : "")).c_str());
}

/// The deployment option that is the default: DSP0243, "DeploymentOptionSection".
std::string default_option(const XmlElement &envelope) {
    std::string first;
    for (const auto &section : ovf_sections(envelope, "DeploymentOptionSection"))
        for (const auto &option : section.children("Configuration")) {
            const auto id = option.attribute("id");
            const auto is_default = option.attribute("default");
            if (is_default == "true" || is_default == "1")
                return id;
            if (first.empty())
                first = id;
        }
    return first;
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

Result<OvfEnvelope> parse_ovf(std::string_view text, const std::string &name) {
    const auto document = H2K_TRY(parse_xml(text, name));
    const auto envelope = document.root();
    if (envelope.name() != "Envelope")
        return fail(H2K_ERROR_SOURCE, _("“%s” is not an OVF descriptor."), name.c_str());
    OvfEnvelope found;
    for (const auto &references : envelope.children("References"))
        H2K_CHECK(add_files(found, references, name));
    for (const auto &section : ovf_sections(envelope, "DiskSection"))
        H2K_CHECK(add_disks(found, section, name));
    const auto option = default_option(envelope);
    found.system = read_ovf_system(H2K_TRY(only_system(envelope, name)), option);
    if (!option.empty())
        found.notices.note("ovf.configuration-chosen", sentence(_("“%s” has several configurations; “%s” is used."),
                                                                name.c_str(), printable(option).c_str()));
    return found;
}

} // namespace h2k
