// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// What starts the services of a guest: links of systemd, System V's run levels and OpenRC.
class ServiceLinks {
  public:
    [[nodiscard]] static Result<ServiceLinks> read(const GuestView &guest, Notices &notices);
    /// The links that start @service: a unit with its suffix, or a name, which is a .service and an init script.
    [[nodiscard]] std::vector<std::string> starting(std::string_view service) const;

  private:
    std::vector<std::string> systemd_, system_v_, openrc_;
};

/// "vmtoolsd" as "vmtoolsd.service"; units with a suffix stay.
[[nodiscard]] std::string unit_name(std::string_view service);
/// The unit file of @service from the guest's packages; empty: none.
[[nodiscard]] Result<std::string> unit_file(const GuestView &guest, std::string_view service);

} // namespace h2k
