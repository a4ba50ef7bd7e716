// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/member_name.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/name_kind.h"
#include "convert/format/plain_name.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t longest_name = 4096;

} // namespace

Result<std::string> member_name(std::string_view raw, const std::string &archive) {
    const auto shown = printable(raw);
    H2K_CHECK(require_plain_name(archive, raw));
    if (raw.size() > longest_name)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds a member with an invalid name: “%s”."), archive.c_str(),
                    shown.c_str());
    const auto parts = split(raw, '/');
    if (raw.starts_with('/') || std::ranges::find(parts, "..") != parts.end())
        return fail(H2K_ERROR_SOURCE, _("“%s” holds “%s”, which points outside the archive."), archive.c_str(),
                    shown.c_str());
    std::string name;
    for (const auto &part : parts)
        if (!part.empty() && part != ".")
            name += (name.empty() ? "" : "/") + part;
    if (name.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” holds a member without a name."), archive.c_str());
    return name;
}

Result<> MemberNames::add(const std::string &name) {
    if (!names_.insert(name).second)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds “%s” more than once."), archive_.c_str(), printable(name).c_str());
    if (is_disk_name(name) && !disks_.insert(lower(name)).second)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds “%s” more than once, in upper and lower case."), archive_.c_str(),
                    printable(name).c_str());
    return {};
}

Result<> MemberNames::count() {
    if (++count_ > most_members)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds more than %zu members, the limit for an archive."),
                    archive_.c_str(), most_members);
    return {};
}

} // namespace h2k
