// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"
#include "fixers/text/expression.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace h2k::text {

/// One filter of lvm.conf(5): `filter = [ "a|^/dev/sda|", "r|.*|" ]`.
struct LvmFilter {
    std::size_t at = 0, size = 0;      ///< bytes of the file, from the key to the end of the value
    std::optional<std::size_t> inside; ///< where a new first pattern goes; none: the value is not a list
    std::vector<std::string> patterns; ///< as written, without their quotes
};

/// The settings "filter" and "global_filter" of lvm.conf, of whatever section; what is not closed does not count.
[[nodiscard]] std::vector<LvmFilter> lvm_filters(std::string_view file);

enum class LvmVerdict { none, accepted, rejected };

/// The patterns of one filter, compiled.
class LvmPatterns {
  public:
    explicit LvmPatterns(const std::vector<std::string> &patterns);
    /// What the first pattern that fits @name says.  Each that is compared takes one off @budget; nullopt:
    /// nothing is left of it.
    [[nodiscard]] std::optional<LvmVerdict> verdict(const std::string &name, std::size_t &budget) const;

  private:
    struct Pattern {
        LvmVerdict says;
        Expression expression;
    };
    std::vector<Pattern> patterns_; ///< without those that are not valid
};

/// An entry of a devices file of LVM, lvmdevices(8): "IDTYPE=sys_wwid IDNAME=naa.6000… DEVNAME=/dev/sda2 PVID=…".
struct LvmDevice {
    std::string id_type, id_name, name;
};
[[nodiscard]] std::vector<LvmDevice> lvm_devices(std::string_view file);

} // namespace h2k::text
