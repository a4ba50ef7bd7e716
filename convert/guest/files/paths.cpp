// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/files/paths.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/guest/named.h"
#include "convert/model/guest_links.h"

namespace h2k {

Result<std::optional<FileStatus>> stat_of(const FileCalls &calls, const std::string &path, bool follow) {
    return named(calls.status(path, follow), sentence(_("Examining “%s” in the guest"), path.c_str()));
}

Result<std::string> resolve(const FileCalls &calls, const std::string &path) {
    if (auto real = H2K_TRY(named(calls.real_path(path), sentence(_("Looking at “%s” in the guest"), path.c_str()))))
        return *std::move(real);
    const auto link = [&](const std::string &at) { return read_link(calls, at); };
    const auto found = path.starts_with('/') ? H2K_TRY(follow_links(path, true, link)) : std::nullopt;
    if (!found)
        return fail(H2K_ERROR_FAILED, _("“%s” is no path in the guest that can be followed."), path.c_str());
    return *found;
}

Result<std::string> resolve_above(const FileCalls &calls, const std::string &path) {
    const auto folder = H2K_TRY(resolve(calls, folder_of(path)));
    return (folder.size() == 1 ? "" : folder) + "/" + base_name(path);
}

Result<std::optional<std::string>> read_link(const FileCalls &calls, const std::string &path) {
    const auto file = H2K_TRY(stat_of(calls, path, false));
    if (!file || !is_link(*file))
        return std::nullopt;
    return H2K_TRY(named(calls.link(path), sentence(_("Reading the link “%s” in the guest"), path.c_str())));
}

Result<> make_folders(FileCalls &calls, const std::string &folder, unsigned mode) {
    const auto there = H2K_TRY(stat_of(calls, folder, true));
    if (there && !is_folder(*there))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is not a folder."), folder.c_str());
    if (there)
        return {};
    H2K_CHECK(make_folders(calls, folder_of(folder), mode));
    H2K_CHECK(
        named(calls.make_folder(folder, mode), sentence(_("Making the folder “%s” in the guest"), folder.c_str())));
    label_like_folder(calls, folder);
    return {};
}

void label_like_folder(FileCalls &calls, const std::string &path) {
    const auto label = calls.label(folder_of(path));
    if (label && *label)
        (void)calls.set_label(path, **label);
}

} // namespace h2k
