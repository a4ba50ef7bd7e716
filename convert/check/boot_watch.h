// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/boot_domain.h"
#include "convert/check/console.h"
#include "convert/check/probe_report.h"

namespace h2k {

/// How watching a boot ended.
struct BootEnding {
    enum class Kind { reported, login, agent, dead_end, stopped, timeout };
    Kind kind = Kind::timeout;
    double seconds = 0; ///< since the domain was started
    std::string why;    ///< a sentence
};

/// Reads a file that another process still writes to.
class GrowingFile {
  public:
    explicit GrowingFile(const std::string &path);
    GrowingFile(const GrowingFile &) = delete;
    GrowingFile &operator=(const GrowingFile &) = delete;
    ~GrowingFile();
    /// What has come since the last call, at most 256 KiB.
    [[nodiscard]] std::string_view more();

  private:
    int fd_;
    std::string buffer_;
};

/// Watches a domain from its start until there is proof, a dead end, or no time left.
class BootWatch {
  public:
    /// @report: null to observe only.
    BootWatch(BootDomain &domain, const std::string &serial_log, ProbeReport *report)
        : domain_(domain), serial_(serial_log), report_(report) {}
    /// An error is a domain that did not start, or @cancel.
    [[nodiscard]] Result<BootEnding> run(unsigned timeout, GCancellable *cancel);

  private:
    [[nodiscard]] Result<> wait_for_start(GCancellable *cancel);
    void read_serial();
    void take_line(std::string_view line);
    void read_event(const std::string &event);
    void end(BootEnding::Kind kind, std::string why);

    BootDomain &domain_;
    GrowingFile serial_;
    ProbeReport *report_;
    ConsoleText console_;
    std::optional<BootEnding> ending_;
    gint64 started_ = 0;
    gint64 grace_until_ = 0; ///< when a dead end becomes final; 0: there is none
    std::string grace_why_;
};

} // namespace h2k
