// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/unmounted_guest.h"
#include "convert/base/i18n.h"

namespace h2k {

namespace {

class UnmountedGuest final : public Guest {
  public:
    Result<std::optional<std::string>> read(const std::string &) const override { return std::nullopt; }
    Result<std::vector<std::string>> list(const std::string &) const override { return std::vector<std::string>{}; }
    Result<std::optional<std::string>> link(const std::string &) const override { return std::nullopt; }
    Result<std::string> sha256(const std::string &) const override { return std::string{}; }
    Result<std::vector<std::string>> initramfs_names(const std::string &path) const override {
        return fail(H2K_ERROR_FAILED, _("“%s” cannot be read, since the guest is not mounted."), path.c_str());
    }
    Result<> apply(const Change &) override {
        return fail(H2K_ERROR_FAILED, "%s", _("A guest that is not mounted cannot be changed."));
    }
    Result<Kept> keep(const std::string &, const std::string &) override { return Kept::absent; }
};

} // namespace

std::unique_ptr<Guest> unmounted_guest() { return std::make_unique<UnmountedGuest>(); }

} // namespace h2k
