// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/package_kind.h"

namespace h2k {

namespace {

/// The settings of a machine of Proxmox, which name no file of a disk.
class Proxmox final : public PackageKind {
  public:
    [[nodiscard]] bool recognises(const Place &place) const override {
        return place.file && lower(place.path).ends_with(".conf") && place.head.contains("\nscsihw: ");
    }
    [[nodiscard]] Result<CarryPlan> describe(const Place &place, const Request &) const override {
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” has the settings of a machine of Proxmox; export its disks with “qm disk export” and name "
                      "these."),
                    place.file->name().c_str());
    }
};

} // namespace

const PackageKind &proxmox_kind() {
    static const Proxmox kind;
    return kind;
}

} // namespace h2k
