// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/pipeline/report/report.h"
#include "convert/pipeline/toolbox.h"
#include <memory>

namespace h2k {

struct Run;
struct Step;

/// One job: a request carried through the steps that its action needs.  Runs once, on one thread.
class Job {
  public:
    Job(Request request, Action action, Toolbox tools);
    Job(const Job &) = delete;
    Job &operator=(const Job &) = delete;
    ~Job();

    /// Runs all steps.  report() has the outcome, and an import writes report.json, also after a failure.
    [[nodiscard]] Result<> run(Progress &progress, GCancellable *cancel);
    /// Complete once run() has returned.
    [[nodiscard]] const Report &report() const noexcept { return report_; }

  private:
    void open_folder();
    [[nodiscard]] Result<> run_steps();
    void finish(const Result<> &outcome, double seconds);
    void write_report();

    std::unique_ptr<Run> run_;
    std::vector<Step> route_;
    Report report_;
};

} // namespace h2k
