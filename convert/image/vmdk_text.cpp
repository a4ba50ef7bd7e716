// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/vmdk_text.h"
#include "convert/base/i18n.h"
#include <cerrno>
#include <sys/mman.h>

namespace h2k {

namespace {

std::string line_of(const Extent &extent, QemuFiles &files) {
    auto line = "RW " + std::to_string(extent.sectors) + " " + extent.type + " \"" +
                files.name_of(extent.held, extent.path) + "\"";
    if (extent.type == "FLAT") // no other type takes one
        line += " " + std::to_string(extent.offset);
    return line + "\n";
}

} // namespace

Result<HeldFile> vmdk_text_for(const Image &image, const std::string &parent, QemuFiles &files) {
    constexpr const char *no_parent = "ffffffff";
    auto text = "# Disk DescriptorFile\nversion=1\nCID=" + image.identity +
                "\nparentCID=" + (parent.empty() ? no_parent : parent) + "\ncreateType=\"" + image.subformat + "\"\n";
    for (const auto &extent : image.extents)
        text += line_of(extent, files);
    Descriptor file{memfd_create("vmdk", MFD_CLOEXEC)};
    if (const int why = file ? write_all(file.get(), text) : errno; why != 0)
        return fail(H2K_ERROR_FAILED, _("Cannot keep a descriptor of “%s” in memory: %s."), image.path.c_str(),
                    g_strerror(why));
    return HeldFile{std::move(file)};
}

} // namespace h2k
