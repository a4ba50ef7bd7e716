// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Collects the probe's lines out of all that a guest writes to its serial port.
///
/// A line is "H2K-NONCE SUM NUMBER KEY=VALUE": SUM is the POSIX cksum(1) of "NUMBER KEY=VALUE", NUMBER counts from 1,
/// and the last one is "end=NUMBER".  Lines that noise has hit fail their sum; the probe says everything more than
/// once.
class ProbeReport {
  public:
    explicit ProbeReport(const std::string &nonce) : mark_("H2K-" + nonce + " ") {}
    /// One line without its line end, in which the mark may stand anywhere.
    void take(std::string_view line);
    /// Has every line up to the end come?
    [[nodiscard]] bool is_complete() const { return last_ != 0 && said_.size() == last_; }
    /// Has any line come?
    [[nodiscard]] bool has_begun() const { return !said_.empty(); }
    /// Values of @key, in the order of the report.
    [[nodiscard]] std::vector<std::string> all(std::string_view key) const;
    /// The first of them, or "".
    [[nodiscard]] std::string one(std::string_view key) const;

  private:
    std::string mark_;
    std::map<unsigned, std::string> said_; ///< number → "KEY=VALUE"
    unsigned last_ = 0;
};

/// The checksum of POSIX cksum(1).
[[nodiscard]] std::uint32_t posix_cksum(std::string_view text);

} // namespace h2k
