// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Collects the probe's lines from the serial output of a guest.
///
/// A line is "H2K-NONCE SUM NUMBER KEY=VALUE": SUM is the POSIX cksum(1) of "NUMBER KEY=VALUE", NUMBER counts from 1,
/// and the last one is "end=NUMBER".  Lines that other output corrupted fail their sum; the probe sends everything
/// more than once.
class ProbeReport {
  public:
    explicit ProbeReport(const std::string &nonce) : mark_("H2K-" + nonce + " ") {}
    /// One line without its line end, with the mark anywhere in it.
    void take(std::string_view line);
    /// Was every line up to the last received?
    [[nodiscard]] bool is_complete() const { return last_ != 0 && lines_.size() == last_; }
    /// Was any line received?
    [[nodiscard]] bool has_begun() const { return !lines_.empty(); }
    /// Values of @key, in the order of the report.
    [[nodiscard]] std::vector<std::string> all(std::string_view key) const;
    /// The first of them, or "".
    [[nodiscard]] std::string one(std::string_view key) const;

  private:
    std::string mark_;
    std::map<unsigned, std::string> lines_; ///< number → "KEY=VALUE"
    unsigned last_ = 0;
};

/// The checksum of POSIX cksum(1).
[[nodiscard]] std::uint32_t posix_cksum(std::string_view text);

} // namespace h2k
