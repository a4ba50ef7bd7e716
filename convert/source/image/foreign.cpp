// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/image/foreign.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/image_kind.h"
#include <algorithm>
#include <array>

namespace h2k {

using namespace std::string_view_literals;

namespace {

struct Foreign {
    std::size_t offset;
    std::string_view magic;
    const char *name; ///< a noun with its article
};

constexpr std::array foreign_magics{
    Foreign{0, "QED\0"sv, N_("a QED image")},
    Foreign{0, "WithoutFreeSpace"sv, N_("a Parallels image")},
    Foreign{0, "WithouFreSpacExt"sv, N_("a Parallels image")},
    Foreign{0, "LUKS\xba\xbe"sv, N_("an encrypted LUKS volume")},
    Foreign{32769, "CD001"sv, N_("an ISO 9660 image")},
    Foreign{0, "7z\xbc\xaf\x27\x1c"sv, N_("a 7-Zip archive")},
};

std::string not_read(const HostFile &file, const char *name) {
    return sentence(_("“%s” is %s, which is not supported."), file.name().c_str(), name);
}

bool is_text(std::string_view head) {
    if (const auto end = head.find_last_of('\n'); end != std::string_view::npos)
        head = head.substr(0, end); // the cut may go through a character
    return is_utf8(head) && std::ranges::all_of(head, [](char c) { return !g_ascii_iscntrl(c) || g_ascii_isspace(c); });
}

std::string text_kind(const HostFile &file, std::string_view head) {
    if (head.contains("<Envelope") || head.contains(":Envelope"))
        return sentence(_("“%s” is an OVF descriptor, not a disk image."), file.name().c_str());
    return sentence(_("“%s” is a text file, not a disk image."), file.name().c_str());
}

} // namespace

Result<std::string> foreign_kind(const HostFile &file, std::string_view head) {
    for (const auto &[offset, magic, name] : foreign_magics)
        if (offset < head.size() && head.substr(offset).starts_with(magic))
            return not_read(file, _(name));
    // A macOS image is recognised by its last sector alone.
    if (file.size() >= sector_size) {
        const auto tail = H2K_TRY(file.read(file.size() - sector_size, sector_size));
        if (tail.compare(0, 4, "koly") == 0)
            return not_read(file, _("a DMG image"));
    }
    return is_text(head) ? text_kind(file, head) : std::string{};
}

} // namespace h2k
