// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/text.h"
#include "convert/source/ovf/hardware.h"
#include "tests/support/source_images.h"

namespace h2k::test {

/// The elements of an envelope.
struct Envelope {
    std::string files, disks, items, system, top;
    [[nodiscard]] std::string text() const {
        return "<?xml version=\"1.0\"?>\n<Envelope xmlns=\"http://schemas.dmtf.org/ovf/envelope/1\" "
               "xmlns:ovf=\"http://schemas.dmtf.org/ovf/envelope/1\" xmlns:vmw=\"http://www.vmware.com/schema/ovf\" "
               "xmlns:rasd=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData\">"
               "<References>" +
               files + "</References><DiskSection><Info/>" + disks + "</DiskSection>" + top +
               "<VirtualSystem ovf:id=\"vm\"><Info/>" + system + "<VirtualHardwareSection><Info/>" + items +
               "</VirtualHardwareSection></VirtualSystem></Envelope>\n";
    }
};

inline std::string file(const std::string &id, const std::string &href, const std::string &more = "") {
    return "<File ovf:id=\"" + id + "\" ovf:href=\"" + href + "\" " + more + "/>";
}

/// @mib: its capacity, "" for none.
inline std::string disk(const std::string &id, const std::string &of, const std::string &mib = "8",
                        const std::string &more = "") {
    return "<Disk ovf:diskId=\"" + id + "\" ovf:fileRef=\"" + of + "\" " +
           (mib.empty() ? "" : "ovf:capacity=\"" + mib + "\" ovf:capacityAllocationUnits=\"byte * 2^20\" ") + more +
           "/>";
}

/// An item from pairs of "Member=value".
inline std::string item(const std::vector<std::string> &members, const std::string &attributes = "") {
    std::string text = "<Item " + attributes + ">";
    for (const auto &member : members) {
        const auto at = member.find('=');
        const auto name = member.substr(0, at);
        text += "<rasd:" + name + ">" + member.substr(at + 1) + "</rasd:" + name + ">";
    }
    return text + "</Item>";
}

inline std::string drive(const std::string &instance, const std::string &resource, const std::string &parent = "",
                         const std::string &unit = "0") {
    return item({"InstanceID=" + instance, "ResourceType=17", "HostResource=" + resource, "Parent=" + parent,
                 "AddressOnParent=" + unit});
}

/// One disk in one file; most tests change one thing of it.
inline Envelope small() {
    return {.files = file("f", "disk.vmdk"), .disks = disk("d", "f"), .items = drive("9", "ovf:/disk/d")};
}

inline OvfHardware hardware_of(const Envelope &envelope, const char *source = __builtin_FILE(),
                               int line = __builtin_LINE()) {
    return unwrap(ovf_hardware(unwrap(parse_ovf(envelope.text(), "x.ovf"), source, line), "x.ovf"), source, line);
}

/// The sentence with which the text alone is refused.
inline void assert_bad(const std::string &text, std::string_view sentence, const char *source = __builtin_FILE(),
                       int line = __builtin_LINE()) {
    const auto envelope = parse_ovf(text, "x.ovf");
    if (!envelope)
        return assert_equal(message_of(envelope, H2K_ERROR_SOURCE), sentence, source, line);
    const auto hardware = ovf_hardware(*envelope, "x.ovf");
    if (hardware)
        g_assertion_message(G_LOG_DOMAIN, source, line, "", "the envelope was taken");
    assert_equal(message_of(hardware, H2K_ERROR_SOURCE), sentence, source, line);
}
inline void assert_bad(const Envelope &envelope, std::string_view sentence, const char *source = __builtin_FILE(),
                       int line = __builtin_LINE()) {
    assert_bad(envelope.text(), sentence, source, line);
}

inline void make_disk(const TestFolder &folder, const std::string &name = "disk.vmdk") {
    make_vmdk(folder, "streamOptimized", 8u << 20, name);
}

/// Cuts a file into parts, as OVF has them.
inline void cut(const TestFolder &folder, const std::string &name, const std::string &size) {
    run({"split", "-b", size, "-d", "-a", "9", folder / name, folder / (name + ".")});
    std::filesystem::remove(folder / name);
}

/// x.ovf in the folder.
inline std::string write_ovf(const TestFolder &folder, const Envelope &envelope) {
    unwrap(write_file(folder / "x.ovf", envelope.text()));
    return folder / "x.ovf";
}

} // namespace h2k::test
