// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/fence.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/plain_name.h"

namespace h2k {

namespace {

bool is_below(const std::string &real, const std::string &folder) {
    return folder == "/" || (real.starts_with(folder) && real.size() > folder.size() && real[folder.size()] == '/');
}

} // namespace

Fence::Fence(std::string folder, bool below, const std::vector<std::string> &allowed)
    : folder_(std::move(folder)), below_(below && folder_ != "/") { // below that is the whole host
    for (const auto &one : allowed)
        if (auto real = real_path(one))
            allowed_.push_back(*std::move(real));
}

bool Fence::holds(const std::string &real) const {
    for (const auto &folder : allowed_)
        if (is_below(real, folder))
            return true;
    if (!is_below(real, folder_) || (!below_ && folder_of(real) != folder_))
        return false;
    return !real.substr(folder_ == "/" ? 0 : folder_.size()).contains("/.");
}

Result<HostFile> Fence::open(const HostFile &by, const std::string &reference) const {
    const auto shown = printable(reference);
    if (by.window() || by.in_memory())
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” names the file “%s”, but an image in an archive must not refer to another file; unpack the "
                      "archive first."),
                    by.name().c_str(), shown.c_str());
    const auto slashes = replace_all(reference, "\\", "/");
    const auto last = base_name(slashes);
    H2K_CHECK(require_plain_name(by.name(), reference));
    if (reference.empty() || last.empty() || last == "." || last == ".." || last == "/")
        return fail(H2K_ERROR_SOURCE, _("“%s” names the file “%s”, which is not a valid file name."), by.name().c_str(),
                    shown.c_str());
    const auto folder = folder_of(by.path());
    bool outside = false;
    for (const auto &name : {reference, slashes, last}) {
        const auto path = name.starts_with('/') ? name : folder + "/" + name;
        const auto real = real_path(path);
        if (!real)
            continue;
        if (holds(*real)) {
            // A link was written by a stranger too.
            H2K_CHECK(require_plain_name(by.name(), base_name(*real)));
            auto file = H2K_TRY(HostFile::open(*real, by.allowance()));
            if (holds(file.path())) // links may have changed in between
                return file;
        }
        // That is the file which is named; one that has its name and lies here is another.
        outside = true;
        break;
    }
    if (outside || slashes.contains('/'))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” names the file “%s”, which is outside its own folder; use --allow-folder to allow reading "
                      "from another folder."),
                    by.name().c_str(), shown.c_str());
    return fail(H2K_ERROR_SOURCE, _("“%s” names the file “%s”, which does not exist."), by.name().c_str(),
                shown.c_str());
}

} // namespace h2k
