// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/plain_name.h"
#include "convert/source/folder/names.h"
#include "convert/source/package_kind.h"
#include <algorithm>

namespace h2k {

namespace {

/// The files of a folder that each describe a machine.
std::vector<std::string> descriptors_in(const std::string &folder) {
    auto names = folder_names(folder);
    std::erase_if(names, [](const std::string &name) {
        const auto small = lower(name);
        return !small.ends_with(".ovf") && !small.ends_with(".vmx") && !small.ends_with(".vbox");
    });
    return names;
}

/// A folder with one machine is as good as the file that describes it.
class FolderKind final : public PackageKind {
  public:
    [[nodiscard]] bool recognises(const Place &place) const override {
        return !place.file && !descriptors_in(place.path).empty();
    }

    [[nodiscard]] Result<CarryPlan> describe(const Place &place, const Request &request) const override {
        const auto names = descriptors_in(place.path);
        if (names.size() > 1)
            return several(place.path, names);
        H2K_CHECK(require_plain_name(printable(base_name(place.path)), names.front()));
        Place inner{
            .path = place.path + "/" + names.front(), .file = std::nullopt, .head = {}, .allowance = place.allowance};
        // The folder is what the user named: nothing in it leads elsewhere.
        inner.file.emplace(H2K_TRY(HostFile::open(inner.path, place.allowance)));
        if (folder_of(inner.file->path()) != place.path)
            return fail(H2K_ERROR_SOURCE, _("“%s” is a link to a file outside its folder; name the file itself."),
                        printable(names.front()).c_str());
        inner.head = H2K_TRY(inner.file->read_some(0, head_size));
        for (const auto *kind : package_kinds())
            if (kind->recognises(inner))
                return kind->describe(inner, request);
        return fail(H2K_ERROR_SOURCE, _("“%s” does not describe a machine."), inner.file->name().c_str());
    }

  private:
    static std::unexpected<Error> several(const std::string &folder, const std::vector<std::string> &names) {
        constexpr std::size_t most = 10;
        std::vector<std::string> shown;
        for (const auto &name : names)
            shown.push_back(shown.size() < most ? "“" + printable(name) + "”" : "…");
        shown.resize(std::min(shown.size(), most + 1));
        return fail(H2K_ERROR_SOURCE, _("“%s” holds several machines: %s; name one of them."),
                    printable(base_name(folder)).c_str(), join(shown, ", ").c_str());
    }
};

} // namespace

const PackageKind &folder_kind() {
    static const FolderKind kind;
    return kind;
}

} // namespace h2k
