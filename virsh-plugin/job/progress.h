// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/options.h"
#include <vector>

namespace cli {

/// Where warnings go.
enum class Warnings { at_once, with_document };

/// Shows a job's signals: a bar on a terminal, JSON lines for a program, lines with --verbose, else warnings alone.
class ProgressView {
  public:
    ProgressView(H2kJob *job, const OutputOptions &output, bool json_lines, Warnings warnings);
    ProgressView(const ProgressView &) = delete;
    ProgressView &operator=(const ProgressView &) = delete;
    ~ProgressView();
    /// Prints the warnings that wait for a document, after a job that made none.
    void print_waiting();

  private:
    static void on_progress(H2kJob *job, const char *stage, double fraction, const char *message, gpointer self);
    static void on_warning(H2kJob *job, const char *stage, const char *id, H2kSeverity severity, const char *message,
                           gpointer self);
    void draw(double fraction);
    void clear();
    OutputOptions output_;
    bool json_lines_, bar_;
    Warnings warnings_;
    std::vector<std::pair<H2kSeverity, std::string>> waiting_;
    bool drawn_ = false;
    std::string message_;
};

/// Prints the last line of JSON: the report, a JSON text or null, as it is.
void print_json_result(const char *report);

} // namespace cli
