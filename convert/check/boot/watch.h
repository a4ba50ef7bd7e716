// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/check/boot/domain.h"
#include "convert/check/evidence/console.h"
#include "convert/check/evidence/probe_dialogue.h"
#include "convert/check/evidence/unlock.h"

namespace h2k {

/// How watching a boot ended.
struct BootEnding {
    enum class Kind { reported, login, agent, dead_end, stopped, space, timeout };
    Kind kind = Kind::timeout;
    double seconds = 0; ///< since the domain was started
    std::string why;    ///< a sentence
};

/// A file that an untrusted process writes to.  It is created and opened once, and stays readable whatever happens to
/// its name.
class GrowingFile {
  public:
    /// Creates @path, mode 0600; an error if it exists.
    [[nodiscard]] static Result<GrowingFile> create(const std::string &path);
    /// What has come since the last call, at most 256 KiB.
    [[nodiscard]] std::string_view more();
    [[nodiscard]] std::uint64_t size() const;
    /// All of it; only the last @tail bytes if it is longer than @limit.
    [[nodiscard]] Result<std::string> content(std::uint64_t limit, std::uint64_t tail) const;
    [[nodiscard]] int descriptor() const { return file_.get(); }

  private:
    explicit GrowingFile(Descriptor file) : file_(std::move(file)) {}
    Descriptor file_;
    std::uint64_t at_ = 0;
    std::string buffer_;
};

/// A guest that writes more than this to its serial port ends the test.
constexpr std::uint64_t serial_limit = 64u << 20;

/// Watches a domain from its start until there is proof, a dead end, or the time is over.
class BootWatch {
  public:
    /// @probe: null to observe only; else the domain has a second serial port.
    BootWatch(BootDomain &domain, GrowingFile &serial_log, const SpaceWatch &space, ProbeDialogue *probe,
              Unlock &unlock)
        : domain_(domain), serial_(serial_log), space_(space), probe_(probe), unlock_(unlock) {}
    /// An error is a domain that did not start, or @cancel.
    [[nodiscard]] Result<BootEnding> run(unsigned timeout, GCancellable *cancel);

  private:
    [[nodiscard]] Result<> wait_for_start(GCancellable *cancel);
    void read_serial();
    void answer_probe();
    void take_line(std::string_view line);
    void read_event(const std::string &event);
    void check_space();
    void end(BootEnding::Kind kind, std::string why);

    BootDomain &domain_;
    GrowingFile &serial_;
    const SpaceWatch &space_;
    ProbeDialogue *probe_;
    Unlock &unlock_;
    ConsoleText console_;
    std::optional<BootEnding> ending_;
    gint64 started_ = 0;
    gint64 next_check_ = 0;  ///< of the space on the host
    gint64 grace_until_ = 0; ///< when a dead end becomes final; 0: none was seen
    std::string grace_why_;
};

} // namespace h2k
