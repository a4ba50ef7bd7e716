// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/evidence/probe_report.h"

namespace h2k {

/// What the host and the probe say to each other.  The probe asks for the test's secret word on the second serial port
/// before the guest's own services run, and gets it there: once, and nobody after it.  Its report, on the first port,
/// carries the word, so that nothing which starts later can forge it.
class ProbeDialogue {
  public:
    explicit ProbeDialogue(const std::string &nonce) : nonce_(nonce), report_(nonce), unsigned_("none") {}
    /// @bytes: what the guest wrote to the second port.  Returns what to send there, mostly nothing.
    [[nodiscard]] std::string answer(std::string_view bytes);
    /// A line of the first port.
    void take(std::string_view line);
    /// Is nothing more to be expected?
    [[nodiscard]] bool is_over() const { return asked_ > 1 || report_.is_complete() || unsigned_.is_complete(); }
    [[nodiscard]] bool has_begun() const { return report_.has_begun() || unsigned_.has_begun(); }
    [[nodiscard]] const ProbeReport &report() const { return report_.is_complete() ? report_ : unsigned_; }
    /// A sentence: why somebody else than the probe may have written the report; "" if it has the word that only the
    /// probe asked for.
    [[nodiscard]] std::string doubt() const;

  private:
    std::string nonce_;
    ProbeReport report_;
    ProbeReport unsigned_; ///< of a probe that did not get the word
    std::string line_;     ///< of the second port, not ended yet
    unsigned asked_ = 0;
};

} // namespace h2k
